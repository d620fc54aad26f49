//! How the rules of this crate name what they refuse.

/// Declares an error enum in which every variant is one stable [`Code`](crate::fault::Code): the rule's name,
/// a dot and the variant's reason, which is also how it shows in logs; people read the text in
/// `infra/reference/messages.json`.
macro_rules! reasons {
    (
        $(#[$about:meta])*
        $name:ident in $rule:literal {
            $( #[doc = $about_variant:literal] $variant:ident = $reason:literal ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum $name {
            $( #[doc = $about_variant] #[error("{}", concat!($rule, ".", $reason))] $variant, )+
        }

        impl $name {
            /// Every reason of this rule.
            pub const ALL: &[Self] = &[$( Self::$variant, )+];

            /// The part of the code after the dot, such as `CHECKSUM`.
            pub fn reason(self) -> &'static str {
                match self { $( Self::$variant => $reason, )+ }
            }
        }

        impl From<$name> for $crate::fault::Code {
            fn from(error: $name) -> Self {
                Self(match error { $( $name::$variant => concat!($rule, ".", $reason), )+ })
            }
        }
    };
}

/// Keeps a personal value out of logs: `Debug` names the type only, `Display` says nothing at all.
macro_rules! redacted {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("redacted")
            }
        }
    };
}

pub(crate) use {reasons, redacted};
