//! Identifiers as clients see them: what the thing is, then which one, after the TypeID specification 0.3
//! (`ref_01h455vb4pex5vsknk084sn02q`). Opaque to clients, readable in logs.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, ID, InputType, InputValueError, InputValueResult, OutputType, Positioned,
    ServerResult, Value,
};
use entity::{Id, Identified};
use uuid::Uuid;

/// Crockford's base 32 in lower case.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in groups of five.
const LENGTH: usize = 26;

/// The identifier of a row of `E`, as GraphQL's `ID`.
pub struct GlobalId<E>(pub Id<E>);

impl<E> Clone for GlobalId<E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<E> Copy for GlobalId<E> {}

impl<E> From<Id<E>> for GlobalId<E> {
    fn from(id: Id<E>) -> Self {
        Self(id)
    }
}

impl<E: Identified> GlobalId<E> {
    /// The identifier as clients see it.
    pub fn text(&self) -> String {
        text_of(E::PREFIX, self.0.0)
    }

    /// The identifier that a client sent, if it is one of this kind of thing.
    pub fn parse_text(text: &str) -> Option<Self> {
        let (prefix, digits) = text.rsplit_once('_')?;
        if prefix != E::PREFIX || digits.len() != LENGTH || digits.as_bytes()[0] > b'7' {
            return None;
        }
        let value = digits.bytes().try_fold(0_u128, |value, digit| {
            let place = ALPHABET.iter().position(|letter| *letter == digit)?;
            Some((value << 5) | place as u128)
        })?;
        Some(Self(Id::new(Uuid::from_u128(value))))
    }
}

/// The identifier of a thing of which it is known by its prefix what it is.
pub fn text_of(prefix: &str, id: Uuid) -> String {
    let mut rest = id.as_u128();
    let mut text = [b'0'; LENGTH];
    for digit in text.iter_mut().rev() {
        *digit = ALPHABET[usize::from(rest as u8 & 31)];
        rest >>= 5;
    }
    let digits: String = text.iter().map(|digit| char::from(*digit)).collect();
    format!("{prefix}_{digits}")
}

impl<E: Identified> From<GlobalId<E>> for ID {
    fn from(id: GlobalId<E>) -> Self {
        Self(id.text())
    }
}

impl<E: Identified> InputType for GlobalId<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let Some(Value::String(text)) = value else {
            return Err(InputValueError::expected_type(value.unwrap_or_default()));
        };
        Self::parse_text(&text)
            .ok_or_else(|| InputValueError::custom(format!("This is not the id of a {}.", E::NAME)))
    }

    fn to_value(&self) -> Value {
        Value::String(self.text())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<E: Identified> OutputType for GlobalId<E> {
    fn type_name() -> Cow<'static, str> {
        <ID as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::String(self.text()))
    }
}
