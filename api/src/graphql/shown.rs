//! A term of the field as a GraphQL enum.

use std::borrow::Cow;
use std::ops::Deref;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaEnumValue, MetaType, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType, Positioned,
    ServerResult, Value,
};
use entity::Coded;
use rules::Term;

/// A [`Term`] that GraphQL shows by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown<T: Term>(pub T);

impl<T: Term> Deref for Shown<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Term> From<T> for Shown<T> {
    fn from(term: T) -> Self {
        Self(term)
    }
}

impl<T: Term> From<Coded<T>> for Shown<T> {
    fn from(coded: Coded<T>) -> Self {
        Self(coded.0)
    }
}

impl<T: Term> From<Shown<T>> for Coded<T> {
    fn from(shown: Shown<T>) -> Self {
        Self(shown.0)
    }
}

fn register<T: Term>(registry: &mut Registry) -> String {
    registry.create_input_type::<Shown<T>, _>(async_graphql::registry::MetaTypeId::Enum, |_| MetaType::Enum {
        name: T::TYPE.to_owned(),
        description: Some(T::ABOUT.trim().to_owned()),
        enum_values: T::ALL.iter().map(|value| (value.name().to_owned(), meta(*value))).collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(std::any::type_name::<Shown<T>>()),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    })
}

fn meta<T: Term>(value: T) -> MetaEnumValue {
    let mut meta = MetaEnumValue::new(value.name());
    meta.description = Some(value.meaning().to_owned());
    meta
}

impl<T: Term> InputType for Shown<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::TYPE.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        register::<T>(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let name = match value.unwrap_or_default() {
            Value::Enum(name) => name.to_string(),
            // Variables arrive as JSON, which has no enums.
            Value::String(name) => name,
            other => return Err(InputValueError::expected_type(other)),
        };
        T::from_name(&name)
            .map(Self)
            .ok_or_else(|| InputValueError::custom(format!("There is no {} {name:?}.", T::TYPE)))
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(self.0.name()))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T: Term> OutputType for Shown<T> {
    fn type_name() -> Cow<'static, str> {
        T::TYPE.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        register::<T>(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(self.to_value())
    }
}
