//! Organisations and their people.

use crate::terms::{OrganisationKind, Role};
use crate::{Refusal, Term, term};

term! {
    /// Why a change to organisations or people was refused.
    OrganisationRefusal {
        /// Something required is missing: fill it in.
        Required "required" "REQUIRED" "Required";
        /// A text is too long: shorten it.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value is not of the form it must have.
        Invalid "invalid" "INVALID" "Invalid";
        /// The name, subject or address is already in use.
        Taken "taken" "TAKEN" "Taken";
        /// The role is not one that such an organisation has.
        RoleDoesNotFit "role_does_not_fit" "ROLE_DOES_NOT_FIT" "Role does not fit";
        /// Nobody changes their own roles or employment.
        OwnAccount "own_account" "OWN_ACCOUNT" "Own account";
    }
}

/// The roles that the people of an organisation of this kind can have. CRC staff deliver services too.
pub const fn roles_of(kind: OrganisationKind) -> &'static [Role] {
    match kind {
        OrganisationKind::Nps => &[Role::ResponsibleOfficer, Role::TeamManager, Role::CourtOfficer],
        OrganisationKind::Crc => &[
            Role::ResponsibleOfficer,
            Role::TeamManager,
            Role::ProviderWorker,
            Role::ProviderManager,
            Role::RateCardAdministrator,
            Role::ContractManager,
        ],
        OrganisationKind::Provider => &[Role::ProviderWorker, Role::ProviderManager],
        OrganisationKind::Inspectorate => &[Role::Auditor],
        OrganisationKind::Operator => &[Role::SystemAdministrator],
    }
}

/// Refuses roles that do not fit the organisation, and a person without any.
pub fn check_roles(kind: OrganisationKind, roles: &[Role]) -> Vec<Refusal<OrganisationRefusal>> {
    if roles.is_empty() {
        return vec![Refusal::of(
            OrganisationRefusal::Required,
            "roles",
            "Give the person at least one role.",
        )];
    }
    let misfits = roles.iter().filter(|role| !roles_of(kind).contains(role));
    let refuse = |role: &Role| {
        let message = format!("{} is no role of an organisation of the kind {}.", role.name(), kind.name());
        Refusal::of(OrganisationRefusal::RoleDoesNotFit, "roles", message)
    };
    misfits.map(refuse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_has_no_court_officer() {
        let refusals = check_roles(OrganisationKind::Provider, &[Role::ProviderWorker, Role::CourtOfficer]);
        assert_eq!(refusals.len(), 1);
        assert_eq!(refusals[0].code, OrganisationRefusal::RoleDoesNotFit);
    }

    #[test]
    fn a_person_without_a_role_is_refused() {
        assert_eq!(check_roles(OrganisationKind::Nps, &[])[0].code, OrganisationRefusal::Required);
    }

    #[test]
    fn the_crc_delivers_services_too() {
        assert!(
            check_roles(OrganisationKind::Crc, &[Role::ResponsibleOfficer, Role::ProviderManager]).is_empty()
        );
    }
}
