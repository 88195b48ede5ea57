//! A value of a vocabulary inside stored JSON.

use crate::Term;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// A value that JSON stores as its code, as the database does: `"full_risk_assessment"`.
///
/// A code that the vocabulary does not have is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<T: Term>(pub T);

impl<T: Term> Serialize for Code<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<'de, T: Term> Deserialize<'de> for Code<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = Cow::<'de, str>::deserialize(deserializer)?;
        T::from_code(&code).map(Self).ok_or_else(|| {
            let known: Vec<_> = T::ALL.iter().map(|value| value.code()).collect();
            D::Error::custom(format_args!("{code:?} is not one of {}", known.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::Need;

    #[test]
    fn every_value_is_stored_as_its_code_and_read_again() {
        for &need in Need::ALL {
            let json = serde_json::to_value(Code(need)).expect("JSON");
            assert_eq!(json, need.code());
            assert_eq!(serde_json::from_value::<Code<Need>>(json).expect("a need"), Code(need));
        }
    }

    #[test]
    fn a_name_or_a_label_is_no_code() {
        assert!(serde_json::from_str::<Code<Need>>("\"ETE\"").is_err());
        assert!(serde_json::from_str::<Code<Need>>("\"Drug misuse\"").is_err());
    }
}
