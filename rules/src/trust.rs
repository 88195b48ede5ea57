//! Whom the network trusts to say who somebody is: issuers of tokens, and clients of our own issuer.

use crate::terms::{OrganisationKind, Role};
use crate::{Refusal, Term, term};

/// The longest time for which a replaced secret goes on being accepted, in hours: a week.
pub const LONGEST_OVERLAP: i32 = 168;
/// The longest key set that an administrator can paste, in characters.
pub const LONGEST_KEY_SET: usize = 64 * 1024;

term! {
    /// Why a change to trusted issuers, API clients or revocations was refused.
    TrustRefusal {
        /// Something required is missing: fill it in.
        Required "required" "REQUIRED" "Required";
        /// A text is too long: shorten it.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value is not of the form it must have.
        Invalid "invalid" "INVALID" "Invalid";
        /// Another organisation's issuer has this `iss` already.
        Taken "taken" "TAKEN" "Taken";
        /// The person does not have the role, or no client can act in it.
        RoleDoesNotFit "role_does_not_fit" "ROLE_DOES_NOT_FIT" "Role does not fit";
        /// Nobody approves what they made or were shown themselves: ask another administrator.
        OwnWork "own_work" "OWN_WORK" "Own work";
        /// Nothing waits for approval.
        NothingToApprove "nothing_to_approve" "NOTHING_TO_APPROVE" "Nothing to approve";
    }
    /// What a revocation takes back.
    RevocationKind {
        /// One token, by its `jti`.
        Token "token" "TOKEN" "Token";
        /// Every token that was issued to an API client so far.
        Client "client" "CLIENT" "Client";
        /// Every token that was issued for a person so far, whoever issued it.
        Person "person" "PERSON" "Person";
    }
    /// An algorithm by which tokens are signed. Those that share a secret with the signer are not among them.
    SigningAlgorithm {
        /// EdDSA with Ed25519.
        EdDsa "EdDSA" "EDDSA" "EdDSA";
        /// ECDSA with P-256 and SHA-256.
        Es256 "ES256" "ES256" "ES256";
        /// RSA PKCS #1 v1.5 with SHA-256.
        Rs256 "RS256" "RS256" "RS256";
    }
    /// What a token's header says that it is.
    TokenType {
        /// An access token after RFC 9068.
        AtJwt "at+jwt" "AT_JWT" "at+jwt";
        /// Any JSON web token: for providers that do not mark their access tokens. Give them an audience of
        /// their own, or their ID tokens pass for access tokens.
        Jwt "jwt" "JWT" "JWT";
    }
}

/// Refuses an issuer for the operator. Its staff keep the trusted issuers: an issuer of theirs would let one
/// administrator speak for another, and nobody would be the second pair of eyes.
pub fn check_organisation(kind: OrganisationKind) -> Option<Refusal<TrustRefusal>> {
    let message = "The operator's staff come through the issuer of the settings alone.";
    (kind == OrganisationKind::Operator)
        .then(|| Refusal::of(TrustRefusal::Invalid, "organisationId", message))
}

/// Refuses roles that a client cannot act in: it never has more than the person on whose behalf it acts, and it
/// never keeps the network.
pub fn check_client_roles(of_person: &[Role], roles: &[Role]) -> Vec<Refusal<TrustRefusal>> {
    if roles.is_empty() {
        return vec![Refusal::of(TrustRefusal::Required, "roles", "Give the client at least one role.")];
    }
    let refuse = |role: &Role| {
        let message = if *role == Role::SystemAdministrator {
            "No client is a system administrator.".to_owned()
        } else {
            format!("The person does not have the role {}.", role.name())
        };
        Refusal::of(TrustRefusal::RoleDoesNotFit, "roles", message)
    };
    let fits = |role: &Role| of_person.contains(role) && *role != Role::SystemAdministrator;
    roles.iter().filter(|role| !fits(role)).map(refuse).collect()
}

/// Refuses an overlap that is none, or too long.
pub fn check_overlap(hours: i32) -> Option<Refusal<TrustRefusal>> {
    let message = format!("A replaced secret lives for 0 to {LONGEST_OVERLAP} hours more.");
    (!(0..=LONGEST_OVERLAP).contains(&hours))
        .then(|| Refusal::of(TrustRefusal::Invalid, "overlapHours", message))
}

/// Refuses an approval by whoever made what is to be approved.
pub fn check_approver<P: PartialEq>(author: &P, approver: &P) -> Option<Refusal<TrustRefusal>> {
    let message = "Nobody approves what they made or were shown themselves: ask another administrator.";
    (author == approver).then(|| Refusal::new(TrustRefusal::OwnWork, message))
}

/// Refuses a name that is sent back and forth between machines if it has spaces or control characters: they are
/// always a slip of the hand, and none is seen.
pub fn check_plain(field: &str, name: &str) -> Option<Refusal<TrustRefusal>> {
    let message = "Leave out spaces and control characters.";
    name.chars()
        .any(|letter| letter.is_whitespace() || letter.is_control())
        .then(|| Refusal::of(TrustRefusal::Invalid, field, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_no_role_that_its_person_lacks() {
        let of_person = [Role::ProviderWorker];
        assert!(check_client_roles(&of_person, &[Role::ProviderWorker]).is_empty());
        let refused = check_client_roles(&of_person, &[Role::ProviderWorker, Role::ProviderManager]);
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].code, TrustRefusal::RoleDoesNotFit);
    }

    #[test]
    fn no_client_keeps_the_network() {
        let administrator = [Role::SystemAdministrator];
        assert_eq!(check_client_roles(&administrator, &administrator)[0].code, TrustRefusal::RoleDoesNotFit);
    }

    #[test]
    fn a_client_without_a_role_is_refused() {
        assert_eq!(check_client_roles(&[Role::Auditor], &[])[0].code, TrustRefusal::Required);
    }

    #[test]
    fn a_replaced_secret_lives_for_a_week_at_most() {
        assert!([0, 1, 168].into_iter().all(|hours| check_overlap(hours).is_none()));
        assert!([-1, 169, i32::MIN, i32::MAX].into_iter().all(|hours| check_overlap(hours).is_some()));
    }

    #[test]
    fn the_author_is_never_the_approver() {
        assert_eq!(check_approver(&1, &1).map(|refusal| refusal.code), Some(TrustRefusal::OwnWork));
        assert!(check_approver(&1, &2).is_none());
    }

    #[test]
    fn only_the_operator_brings_no_issuer() {
        let refused: Vec<_> =
            OrganisationKind::ALL.iter().filter(|kind| check_organisation(**kind).is_some()).collect();
        assert_eq!(refused, [&OrganisationKind::Operator]);
    }

    #[test]
    fn a_claim_has_a_plain_name() {
        assert!(["sub", "https://idp.example/roles"].iter().all(|name| check_plain("x", name).is_none()));
        assert!(["a b", "a\nb", "a\u{0}"].iter().all(|name| check_plain("x", name).is_some()));
    }
}
