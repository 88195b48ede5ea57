//! The schema as clients read it: parsed from the schema definition language.

use std::collections::BTreeMap;

use api::graphql::Schema;
use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};

/// The types of the schema, by name.
pub struct Sdl(BTreeMap<String, TypeDefinition>);

impl Sdl {
    /// The schema of the code.
    pub fn of_the_code() -> Self {
        let document = parse_schema(Schema::default().sdl()).expect("the schema can be parsed");
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
        Self(types.map(|definition| (definition.name.node.to_string(), definition)).collect())
    }

    /// Every type.
    pub fn types(&self) -> impl Iterator<Item = (&str, &TypeDefinition)> {
        self.0.iter().map(|(name, definition)| (name.as_str(), definition))
    }

    /// The fields of `Query` or `Mutation`.
    pub fn root(&self, root: &str) -> &[Positioned<FieldDefinition>] {
        let TypeKind::Object(object) = &self.0[root].kind else { panic!("{root} is no object") };
        &object.fields
    }

    /// The shortest document that asks for a root field, with a value for every argument that it requires.
    pub fn document(&self, root: &str, field: &FieldDefinition) -> String {
        format!("{} {{ {} }}", root.to_lowercase(), self.selection(field))
    }

    /// The field with what it requires, as it stands in a document.
    pub fn selection(&self, field: &FieldDefinition) -> String {
        let arguments = self.required(&field.arguments);
        let arguments = if arguments.is_empty() { arguments } else { format!("({arguments})") };
        let fields = if self.is_leaf(&field.ty.node.base) { "" } else { " { __typename }" };
        format!("{}{arguments}{fields}", field.name.node)
    }

    /// Values for the arguments or input fields that cannot be left out.
    fn required(&self, inputs: &[Positioned<InputValueDefinition>]) -> String {
        let required = inputs.iter().map(|input| &input.node).filter(|input| {
            let can_be_left_out = input.ty.node.nullable || input.default_value.is_some();
            !can_be_left_out
        });
        let values = required.map(|input| format!("{}: {}", input.name.node, self.value(&input.ty.node)));
        values.collect::<Vec<_>>().join(", ")
    }

    /// Some value of an input type. An identifier is that of nothing that exists.
    fn value(&self, of: &Type) -> String {
        let name = match &of.base {
            BaseType::List(item) => return format!("[{}]", self.value(item)),
            BaseType::Named(name) => name.as_str(),
        };
        match self.0.get(name).map(|definition| &definition.kind) {
            Some(TypeKind::Enum(values)) => values.values[0].node.value.node.to_string(),
            Some(TypeKind::InputObject(input)) => format!("{{ {} }}", self.required(&input.fields)),
            _ => match name {
                "Int" | "Float" => "1".to_owned(),
                "Boolean" => "true".to_owned(),
                "ID" => "\"ref_01h455vb4pex5vsknk084sn02q\"".to_owned(),
                "NaiveDate" => "\"2017-10-02\"".to_owned(),
                "DateTime" => "\"2017-10-02T09:00:00Z\"".to_owned(),
                _ => "\"word\"".to_owned(),
            },
        }
    }

    fn is_leaf(&self, of: &BaseType) -> bool {
        let name = match of {
            BaseType::List(item) => return self.is_leaf(&item.base),
            BaseType::Named(name) => name.as_str(),
        };
        // The scalars that the specification builds in are not declared.
        self.0.get(name).is_none_or(|found| matches!(found.kind, TypeKind::Scalar | TypeKind::Enum(_)))
    }
}
