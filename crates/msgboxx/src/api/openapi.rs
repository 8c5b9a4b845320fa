//! The published description of the API: OpenAPI 3.1, made from the handlers and what they read.
//!
//! Handlers say what they answer; bodies and queries are described by what their readers ask for; what
//! all operations have in common is added at the end. So nothing can be described that is not read.

mod common;
mod members;

use super::fields::{Asked, Fields, FromFields, Source};
use super::query::Query;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Required, Schema};

/// Describes a request body by what its reader asks for.
macro_rules! body_schema {
    ($body:ty as $name:literal, $description:literal, $sample:path) => {
        impl utoipa::PartialSchema for $body {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::api::openapi::body::<$body>($description, &$sample())
            }
        }

        impl utoipa::ToSchema for $body {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
        }
    };
}
pub(super) use body_schema;

/// The schema of a body.
pub(super) fn body<T: FromFields>(description: &str, sample: &Value) -> RefOr<Schema> {
    let asked: Vec<Asked> = Fields::asked_by::<T>(Source::Body).into_iter().filter(|asked| !asked.is_ignored).collect();
    let property = |asked: &Asked| (asked.name.to_owned(), members::in_body(asked.name, asked.is_required));
    let required: Vec<&str> = asked.iter().filter(|asked| asked.is_required).map(|asked| asked.name).collect();
    let mut schema = json!({
        "type": "object",
        "description": description,
        "properties": asked.iter().map(property).collect::<serde_json::Map<_, _>>(),
        "examples": [sample],
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    read_schema(schema)
}

fn read_schema(schema: Value) -> RefOr<Schema> {
    serde_json::from_value(schema).expect("the schemas of this module are valid")
}

impl<T: FromFields> IntoParams for Query<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |asked: Asked| {
            let (schema, description) = members::in_query(asked.name);
            Parameter::builder()
                .name(asked.name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some(description))
                .schema(Some(read_schema(schema)))
                .build()
        };
        Fields::asked_by::<T>(Source::Query).into_iter().map(parameter).collect()
    }
}

/// The document as it is served and kept in the repository.
pub fn document() -> String {
    let (_, described) = super::routes().split_for_parts();
    let text = serde_json::to_string_pretty(&common::complete(described)).expect("the document is plain JSON");
    // Generated clients turn the names of schemas into names of types.
    format!("{}\n", text.replace("Page_", "PageOf"))
}

#[cfg(test)]
mod tests;
