//! Schemas of enumerations that are published as text.

/// Declares the published schema of a [`msgboxx_model::text_enum!`], under its own name.
macro_rules! text_schema {
    ($(#[doc = $doc:literal])+ $schema:ident as $name:literal = $values:ty) => {
        $(#[doc = $doc])+
        #[derive(Debug)]
        pub(crate) struct $schema;

        impl utoipa::PartialSchema for $schema {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some(concat!($($doc),+).trim()))
                    .enum_values(Some(<$values>::ALL.iter().map(|value| value.as_str())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $schema {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
        }
    };
}
