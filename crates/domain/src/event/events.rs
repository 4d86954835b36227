//! How events are written down: their types, schema versions, shapes, and how they are stored and read.

// A macro, because kind, schema version, encoding and decoding of an event must never disagree, and a new event must be
// one line.
//
// `Name = 3 [1 as old::Name1, 2] { … }` is written in schema version 3. Of version 2 it says that the struct of today reads
// it, because all that came since has a default; of version 1 that it has the shape `old::Name1`, for which there is a
// `From<old::Name1> for Name`. Without brackets there never was another version.
//
// `Name = 1 (part)` says that the struct stands in the module `part`, made there by `payload!`.
macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $schema:literal $([$($old:literal $(as $shape:ty)?),+])?
        $({ $($body:tt)* })? $(($part:ident))?
    )*) => {
        $(
            payload! { $(#[$doc])* $name $({ $($body)* })? $(($part))? }

            impl From<$name> for Event {
                fn from(event: $name) -> Self {
                    Self::$name(event)
                }
            }
        )*

        /// Something that happened in a product.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($(#[$doc])* $name($name),)*
        }

        impl Event {
            /// All event types with their schema versions of today.
            pub const TYPES: &'static [(&'static str, u16)] = &[$((stringify!($name), $schema)),*];

            /// Each event type with each schema version that it was ever written in; all of them are read.
            pub const WRITTEN: &'static [(&'static str, u16)] =
                &[$($($((stringify!($name), $old),)+)? (stringify!($name), $schema),)*];

            /// The JSON Schemas of today, each by its type and schema version.
            #[cfg(feature = "schema")]
            pub(crate) fn schemas(
                generator: fn() -> schemars::SchemaGenerator,
            ) -> Vec<(&'static str, u16, schemars::Schema)> {
                vec![$((stringify!($name), $schema, generator().into_root_schema_for::<$name>())),*]
            }

            /// Its type, as stored.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)* }
            }

            /// The schema version in which it is written.
            #[must_use]
            pub fn schema(&self) -> u16 {
                match self { $(Self::$name(_) => $schema,)* }
            }

            /// Writes the payload.
            ///
            /// # Errors
            /// The serializer's.
            pub fn serialize_payload<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$name(event) => event.serialize(serializer),)* }
            }

            /// Reads a payload of a type and schema version, bringing an old one up to today's.
            ///
            /// # Errors
            /// [`Undecodable`] if the type or schema version is unknown or the payload does not fit.
            pub fn deserialize_payload<'de, D: Deserializer<'de>>(kind: &str, schema: u16, payload: D) -> Result<Self, Undecodable> {
                let misfit = |error: D::Error| Undecodable::Misfit { kind: kind.to_owned(), why: error.to_string() };
                match (kind, schema) {
                    $(
                        (stringify!($name), $schema) => read!($name, payload).map(Self::$name).map_err(misfit),
                        $($((stringify!($name), $old) => read!($name, payload $(, $shape)?).map(Self::$name).map_err(misfit),)+)?
                    )*
                    _ => Err(Undecodable::Unknown { kind: kind.to_owned(), schema }),
                }
            }
        }
    };
}

/// The struct of an event, or where it stands.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
    };
    ($(#[$doc:meta])* $name:ident ($part:ident)) => {
        pub use $part::$name;
    };
}

/// Reads an event by the struct of today, or by that of an older shape.
macro_rules! read {
    ($name:ident, $payload:ident) => {
        $name::deserialize($payload)
    };
    ($name:ident, $payload:ident, $shape:ty) => {
        <$shape>::deserialize($payload).map($name::from)
    };
}
