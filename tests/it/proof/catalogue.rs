//! The schema as the proof walks it: every object with its fields, every argument with its type. A type or an
//! argument that the proof does not know what to do with is named, so that nothing new goes unproven.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Positioned;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type as Declared, TypeDefinition, TypeKind,
};

use super::shows;
use crate::sdl::Sdl;

/// From where objects are reached.
const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];

/// A type as it stands at a field or an argument.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its name, without lists and exclamation marks.
    pub name: String,
    /// Whether it is a list.
    pub is_list: bool,
    /// As the schema spells it: `[ID!]!`.
    pub spelled: String,
}

impl Type {
    fn of(declared: &Declared) -> Self {
        let spelled = declared.to_string();
        let is_list = matches!(declared.base, BaseType::List(_));
        let name = spelled.chars().filter(|character| !"[]!".contains(*character)).collect();
        Self { name, is_list, spelled }
    }
}

/// An argument, or a field of an input object.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub takes: Type,
    /// Whether it cannot be left out.
    pub is_required: bool,
}

impl Input {
    fn of(declared: &Positioned<InputValueDefinition>) -> Self {
        let declared = &declared.node;
        Self {
            name: declared.name.node.to_string(),
            takes: Type::of(&declared.ty.node),
            is_required: !declared.ty.node.nullable && declared.default_value.is_none(),
        }
    }
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<Input>,
    /// What it yields.
    pub yields: Type,
}

impl Field {
    fn of(declared: &Positioned<FieldDefinition>) -> Self {
        let declared = &declared.node;
        Self {
            name: declared.name.node.to_string(),
            arguments: declared.arguments.iter().map(Input::of).collect(),
            yields: Type::of(&declared.ty.node),
        }
    }
}

/// Everything in the schema.
#[derive(Default)]
pub struct Catalogue {
    objects: BTreeMap<String, Vec<Field>>,
    /// What stands behind an interface or a union.
    choices: BTreeMap<String, BTreeSet<String>>,
    inputs: BTreeMap<String, Vec<Input>>,
    enums: BTreeMap<String, Vec<String>>,
}

impl Catalogue {
    /// The catalogue of the code's schema.
    pub fn of_the_code() -> Self {
        let mut catalogue = Self::default();
        for (name, definition) in Sdl::of_the_code().types() {
            catalogue.add(name, definition);
        }
        catalogue
    }

    fn add(&mut self, name: &str, definition: &TypeDefinition) {
        match &definition.kind {
            TypeKind::Object(object) => {
                for interface in &object.implements {
                    self.choices.entry(interface.node.to_string()).or_default().insert(name.to_owned());
                }
                self.objects.insert(name.to_owned(), object.fields.iter().map(Field::of).collect());
            }
            TypeKind::Union(union) => {
                let members = union.members.iter().map(|member| member.node.to_string());
                self.choices.entry(name.to_owned()).or_default().extend(members);
            }
            TypeKind::InputObject(input) => {
                self.inputs.insert(name.to_owned(), input.fields.iter().map(Input::of).collect());
            }
            TypeKind::Enum(of) => {
                let values = of.values.iter().map(|value| value.node.value.node.to_string());
                self.enums.insert(name.to_owned(), values.collect());
            }
            TypeKind::Scalar | TypeKind::Interface(_) => {}
        }
    }

    /// The fields of an object; none of anything else.
    pub fn fields(&self, object: &str) -> &[Field] {
        self.objects.get(object).map_or(&[], Vec::as_slice)
    }

    /// One field of an object.
    pub fn field(&self, object: &str, name: &str) -> &Field {
        let found = self.fields(object).iter().find(|field| field.name == name);
        found.unwrap_or_else(|| panic!("{object} has no field {name}"))
    }

    /// The fields of an input object; none for anything else.
    pub fn input(&self, name: &str) -> Option<&[Input]> {
        self.inputs.get(name).map(Vec::as_slice)
    }

    /// The values of an enum; none for anything else.
    pub fn values(&self, name: &str) -> Option<&[String]> {
        self.enums.get(name).map(Vec::as_slice)
    }

    /// The objects that a type can stand for: itself, or what is behind an interface.
    pub fn objects(&self, name: &str) -> Vec<&str> {
        if let Some((own, _)) = self.objects.get_key_value(name) {
            return vec![own.as_str()];
        }
        self.choices.get(name).into_iter().flatten().map(String::as_str).collect()
    }

    /// Whether a type has no fields.
    pub fn is_leaf(&self, name: &str) -> bool {
        self.objects(name).is_empty()
    }

    /// Whether a type is a page of a list.
    pub fn is_page(&self, name: &str) -> bool {
        let names: Vec<_> = self.fields(name).iter().map(|field| field.name.as_str()).collect();
        ["pageInfo", "edges", "nodes"].iter().all(|field| names.contains(field))
    }

    /// Whether a type is a page of rows that the oracle can tell: what is reckoned is paged as well.
    pub fn is_page_of_rows(&self, name: &str) -> bool {
        self.is_page(name)
            && !matches!(shows::of(&self.field(name, "nodes").yields.name), Some(shows::Shown::Values(_)))
    }

    /// Whether a type is a row of such a page with its cursor.
    pub fn is_edge(&self, name: &str) -> bool {
        let names: Vec<_> = self.fields(name).iter().map(|field| field.name.as_str()).collect();
        names == ["node", "cursor"]
    }

    /// The objects that can be reached from a root.
    pub fn reached_from(&self, root: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut next = self.objects(root);
        while let Some(name) = next.pop() {
            if reached.insert(name) {
                next.extend(self.fields(name).iter().flat_map(|field| self.objects(&field.yields.name)));
            }
        }
        reached
    }

    /// What of the schema the proof cannot ask for, or cannot judge.
    pub fn unknown(&self) -> Vec<String> {
        let mut unknown = Vec::new();
        for name in self.objects.keys() {
            let is_root = ROOTS.contains(&name.as_str());
            let is_judged = shows::of(name).is_some() || self.is_page(name) || self.is_edge(name);
            if self.reached_from("Query").contains(name.as_str()) && !is_root && !is_judged {
                unknown.push(format!("{name}: of which table are its rows? Say so in shows.rs"));
            }
            if !ROOTS.iter().any(|root| self.reached_from(root).contains(name.as_str())) {
                unknown.push(format!("{name}: nothing asks for it"));
            }
        }
        for root in ROOTS {
            for object in self.reached_from(root) {
                for field in self.fields(object) {
                    unknown.extend(self.unknown_of(object, field));
                }
            }
        }
        for (name, inputs) in &self.inputs {
            unknown.extend(inputs.iter().filter_map(|input| self.unknown_input(name, input)));
        }
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }

    fn unknown_of(&self, object: &str, field: &Field) -> Vec<String> {
        let place = format!("{object}.{}", field.name);
        let mut unknown: Vec<_> =
            field.arguments.iter().filter_map(|input| self.unknown_input(&place, input)).collect();
        let is_root = ROOTS.contains(&object);
        let required = field.arguments.iter().any(|input| input.is_required);
        if required && !is_root {
            unknown.push(format!("{place}: it needs an argument, and the walk gives none"));
        }
        unknown
    }

    fn unknown_input(&self, place: &str, input: &Input) -> Option<String> {
        let known = match input.takes.name.as_str() {
            "ID" => shows::identifies(place, &input.name).is_some(),
            "Boolean" | "Int" | "Float" | "String" | "Date" | "DateTime" | "JSON" => true,
            name => self.inputs.contains_key(name) || self.enums.contains_key(name),
        };
        let spelled = &input.takes.spelled;
        (!known).then(|| format!("{place}({}: {spelled}): the proof has no value for it", input.name))
    }
}
