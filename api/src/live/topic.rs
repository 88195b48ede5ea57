//! What changes are about: by this a change finds those whom it can concern.

use entity::{Id, change, organisation, person, referral};

use crate::store::About;

/// Something that can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// One referral, with all that hangs on it.
    Referral(Id<referral::Entity>),
    /// The referrals of an organisation, on either side.
    Organisation(Id<organisation::Entity>),
    /// All referrals.
    Referrals,
    /// Any row of a table.
    Table(&'static str),
    /// Who somebody is: their employment and their roles.
    Person(Id<person::Entity>),
}

/// Tables whose rows are followed as such.
const TABLES: [&str; 1] = ["price"];

impl Topic {
    /// The changes to look for when somebody comes back; none for what is not told.
    pub const fn about(self) -> Option<About> {
        match self {
            Self::Referral(id) => Some(About::Referral(id)),
            Self::Organisation(id) => Some(About::Organisation(id)),
            Self::Referrals => Some(About::Referrals),
            Self::Table(name) => Some(About::Table(name)),
            Self::Person(_) => None,
        }
    }
}

/// What a change is about.
pub fn topics_of(change: &change::Model) -> Vec<Topic> {
    let mut topics = Vec::new();
    if let Some(referral) = change.referral_id {
        topics.extend([Topic::Referral(referral), Topic::Referrals]);
        let sides = [change.holder_id, change.provider_id, change.before_holder_id];
        topics.extend(sides.into_iter().flatten().map(Topic::Organisation));
    }
    if matches!(change.table_name.as_str(), "person" | "person_role") {
        // A role's key is the person's, a slash and the role.
        let id = change.row_id.split('/').next().and_then(|id| id.parse().ok());
        topics.extend(id.map(|id| Topic::Person(Id::new(id))));
    }
    topics.extend(TABLES.into_iter().filter(|name| *name == change.table_name).map(Topic::Table));
    topics
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn change(table: &str, row: &str) -> change::Model {
        change::Model {
            position: 1,
            transaction_number: 0,
            at: DateTime::UNIX_EPOCH,
            table_name: table.to_owned(),
            row_id: row.to_owned(),
            referral_id: None,
            holder_id: None,
            provider_id: None,
            before_holder_id: None,
            before_worker_id: None,
        }
    }

    #[test]
    fn a_change_of_a_referral_concerns_both_sides_and_who_held_it_before() {
        let (referral, holder, provider, before) = (Id::fresh(), Id::fresh(), Id::fresh(), Id::fresh());
        let change = change::Model {
            referral_id: Some(referral),
            holder_id: Some(holder),
            provider_id: Some(provider),
            before_holder_id: Some(before),
            ..change("referral", "whatever")
        };
        let sides = [holder, provider, before].map(Topic::Organisation);
        let expected = [&[Topic::Referral(referral), Topic::Referrals][..], &sides[..]].concat();
        assert_eq!(topics_of(&change), expected);
    }

    #[test]
    fn a_role_is_a_change_of_its_person() {
        let person: Id<person::Entity> = Id::fresh();
        for row in [format!("{}/auditor", person.0), person.0.to_string()] {
            assert_eq!(topics_of(&change("person_role", &row)), [Topic::Person(person)]);
        }
    }

    #[test]
    fn what_nobody_follows_is_about_nothing() {
        assert_eq!(topics_of(&change("price", "x")), [Topic::Table("price")]);
        assert_eq!(topics_of(&change("service", "x")), []);
    }
}
