//! An order from the catalogue.

use serde_json::Value;

use crate::json::{self, Object};

/// An order from the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// The catalogue's id.
    pub catalog_id: Option<String>,
    /// The customer's words with it.
    pub text: Option<String>,
    /// What is ordered.
    pub product_items: Vec<OrderItem>,
}

/// One product of an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderItem {
    /// The product's id in the catalogue.
    pub product_retailer_id: Option<String>,
    /// How many.
    pub quantity: Option<i64>,
    /// The price of one, as WhatsApp writes it.
    pub item_price: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
}

impl Order {
    pub(crate) fn read(order: &Object) -> Self {
        Self {
            catalog_id: json::id(order, "catalog_id"),
            text: json::id(order, "text"),
            product_items: json::list(order, "product_items").iter().filter_map(Value::as_object).map(item).collect(),
        }
    }
}

fn item(item: &Object) -> OrderItem {
    OrderItem {
        product_retailer_id: json::id(item, "product_retailer_id"),
        quantity: json::integer(item, "quantity"),
        item_price: json::id(item, "item_price"),
        currency: json::id(item, "currency"),
    }
}
