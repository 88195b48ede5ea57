//! One definition of every word of the field.
//!
//! A term is a closed set of values. It is written once, here in `rules`; the database stores its
//! [`Term::code`], GraphQL shows its [`Term::name`], people read and write its [`Term::label`].

/// A closed vocabulary: the statuses, kinds and reasons that the field speaks of.
pub trait Term: Copy + Eq + Send + Sync + std::fmt::Debug + 'static {
    /// The name of the GraphQL enum.
    const TYPE: &'static str;
    /// What the vocabulary is about, for readers of the schema.
    const ABOUT: &'static str;
    /// Every value, in the order in which people list them.
    const ALL: &'static [Self];
    /// The value as the database stores it: `in_progress`.
    fn code(self) -> &'static str;
    /// The value as GraphQL shows it: `IN_PROGRESS`.
    fn name(self) -> &'static str;
    /// The value as people write it, in a spreadsheet for instance: `In progress`.
    fn label(self) -> &'static str;
    /// What the value means.
    fn meaning(self) -> &'static str;

    /// The value stored as `code`.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }

    /// The value that GraphQL calls `name`.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.name() == name)
    }

    /// The value that people write as `label`, whatever the case and the spaces around it.
    fn from_label(label: &str) -> Option<Self> {
        let label = label.trim().to_lowercase();
        Self::ALL.iter().copied().find(|value| value.label().to_lowercase() == label)
    }
}

/// Defines a [`Term`]: `/// meaning` above each `Value "code" "NAME" "Label"`.
#[macro_export]
macro_rules! term {
    ($(
        $(#[doc = $about:literal])+
        $ty:ident { $( $(#[doc = $meaning:literal])+ $value:ident $code:literal $name:literal $label:literal; )+ }
    )+) => { $(
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $ty { $( $(#[doc = $meaning])+ $value, )+ }

        impl $crate::Term for $ty {
            const TYPE: &'static str = stringify!($ty);
            const ABOUT: &'static str = concat!($($about),+);
            const ALL: &'static [Self] = &[$( Self::$value ),+];
            fn code(self) -> &'static str { match self { $( Self::$value => $code ),+ } }
            fn name(self) -> &'static str { match self { $( Self::$value => $name ),+ } }
            fn label(self) -> &'static str { match self { $( Self::$value => $label ),+ } }
            fn meaning(self) -> &'static str {
                match self { $( Self::$value => concat!($($meaning),+).trim_ascii() ),+ }
            }
        }
    )+ };
}
