//! Booking, waiting, offers that lapse, and who is next.

use serde_json::{Value, json};

use super::{
    COHORT, PLACE, book, cohort, join, ldu, pass, programme, read, referral_of, referred, standing,
    with_place,
};
use crate::people::Answer;
use crate::referring::{CRC, NPS, draft, person, then};
use crate::scenario;
use crate::world::World;

/// Whether an answer's only mutation was refused with this code.
#[track_caller]
fn is_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.refusals(), [code], "{answer:?}");
}

/// How the places of these referrals stand.
async fn stand(world: &World, referrals: &[&Value]) -> Vec<String> {
    let mut all = Vec::new();
    for referral in referrals {
        let place = standing(world, referral).await;
        all.push(place["status"].as_str().unwrap_or("none").to_owned());
    }
    all
}

scenario! {
    async fn a_place_is_booked_once_and_given_up_with_a_reason(world) {
        let made = cohort(world, json!({ "places": 2 })).await;
        let owain = referred(world, "M100001").await;
        let booked = book(world, "nps-officer", &owain, &made).await.granted();
        assert_eq!(booked.data("/bookPlace/place/status"), &json!("BOOKED"));
        assert_eq!(booked.data("/bookPlace/place/availableActions"), &json!(["GIVE_UP"]));
        assert_eq!(read(world, &made).await["placesLeft"], json!(1));
        is_refused(&book(world, "nps-officer", &owain, &made).await, "ALREADY_PLACED");
        is_refused(&join(world, &owain, &made).await, "ALREADY_PLACED");
        is_refused(&with_place(world, "nps-officer", "giveUpPlace", &owain, json!({ "reason": "" })).await, "REQUIRED");
        is_refused(&with_place(world, "nps-officer", "acceptOffer", &owain, json!({})).await, "WRONG_STATUS");
        is_refused(&with_place(world, "nps-officer", "leaveWaitingList", &owain, json!({ "reason": "x" })).await, "WRONG_STATUS");
        let given = with_place(world, "crc-group-manager", "giveUpPlace", &owain, json!({ "reason": "Works nights now." })).await.granted();
        assert_eq!(given.data("/giveUpPlace/place/status"), &json!("GIVEN_UP"));
        assert_eq!(read(world, &made).await["placesLeft"], json!(2));
        book(world, "crc-group-manager", &owain, &made).await.granted();
    }

    async fn a_place_is_for_a_referral_that_is_sent_to_the_same_service(world) {
        let made = cohort(world, json!({})).await;
        let owain = person(world, "M100002", NPS, json!({})).await;
        let other = crate::referring::service(world, "YSS", "Meet and Mentor").await;
        let elsewhere = crate::referring::submitted(world, &owain, &other, json!({})).await;
        is_refused(&book(world, "nps-officer", &elsewhere["id"], &made).await, "OTHER_SERVICE");
        let drafted = crate::referring::referral(draft(world, &owain, &programme(world).await, json!({})).await);
        is_refused(&book(world, "nps-officer", &drafted["id"], &made).await, "REFERRAL_NOT_OPEN");
        let sent = crate::referring::referral(then(world, "nps-officer", "submitReferral", &drafted, json!({})).await);
        for who in ["crc-officer", "yss-manager"] {
            assert_eq!(book(world, who, &sent["id"], &made).await.error_code(), Some("NOT_FOUND"), "{who}");
        }
        book(world, "nps-manager", &sent["id"], &made).await.granted();
        let taken_back = json!({ "reason": "NEEDS_CHANGED", "note": "Moved away." });
        then(world, "nps-officer", "withdrawReferral", &sent, taken_back).await.granted();
        assert_eq!(read(world, &made).await["placesLeft"], json!(8));
        is_refused(&book(world, "nps-officer", &sent["id"], &made).await, "REFERRAL_NOT_OPEN");
    }

    async fn a_place_that_comes_free_goes_to_the_first_in_line_and_an_offer_lapses(world) {
        let made = cohort(world, json!({ "places": 1 })).await;
        let owain = referred(world, "M100003").await;
        is_refused(&join(world, &owain, &made).await, "PLACES_LEFT");
        book(world, "nps-officer", &owain, &made).await.granted();
        let (rhys, sian, huw) = (referred(world, "M100004").await, referred(world, "M100005").await, referred(world, "M100006").await);
        is_refused(&book(world, "nps-officer", &rhys, &made).await, "NO_PLACE_LEFT");
        for (referral, position) in [(&rhys, 1), (&sian, 2), (&huw, 3)] {
            let joined = join(world, referral, &made).await.granted();
            assert_eq!(joined.data("/joinWaitingList/place/position"), &json!(position));
        }
        with_place(world, "nps-officer", "giveUpPlace", &owain, json!({ "reason": "In custody." })).await.granted();
        assert_eq!(stand(world, &[&rhys, &sian, &huw]).await, ["OFFERED", "WAITING", "WAITING"]);
        let offered = standing(world, &rhys).await;
        let stale = json!({ "placeId": offered["id"], "version": 99 });
        let stale = world.as_person("nps-officer").mutate("acceptOffer", stale, PLACE).await;
        assert_eq!(stale.error_code(), Some("CONFLICT"));
        // Whoever gave the place up moved it, and is not told to who stands in line.
        assert_eq!(stale.body["errors"][0]["extensions"]["changedBy"], Value::Null, "{stale:?}");
        let offered = standing(world, &rhys).await;
        assert_eq!(offered["availableActions"], json!(["ACCEPT", "DECLINE"]));
        assert_eq!(offered["offerUntil"], json!("2017-10-05T09:00:00+00:00"));
        assert_eq!(standing(world, &huw).await["position"], json!(2));
        // Nobody is overtaken by somebody who comes and books.
        is_refused(&book(world, "nps-officer", &owain, &made).await, "NO_PLACE_LEFT");
        // The first declines, and the second has the offer.
        with_place(world, "nps-officer", "declineOffer", &rhys, json!({ "reason": "Mornings only." })).await.granted();
        assert_eq!(stand(world, &[&rhys, &sian, &huw]).await, ["none", "OFFERED", "WAITING"]);
        // The second's offer lapses, which nobody writes down; whoever looks sees the third's.
        pass(world, 72);
        assert_eq!(stand(world, &[&rhys, &sian, &huw]).await, ["none", "none", "OFFERED"]);
        let next = standing(world, &huw).await;
        assert_eq!((&next["offerUntil"], &next["version"]), (&json!("2017-10-08T09:00:00+00:00"), &json!(1)));
        assert_eq!(next["cohort"], json!({ "id": made["id"] }));
        // A refused act writes nothing down and changes nothing of that.
        is_refused(&book(world, "nps-officer", &rhys, &made).await, "NO_PLACE_LEFT");
        let accepted = with_place(world, "crc-group-manager", "acceptOffer", &huw, json!({})).await.granted();
        assert_eq!(accepted.data("/acceptOffer/place/status"), &json!("BOOKED"));
        let history = "query($id: ID!) { referral(id: $id) { placeHistory { nodes { status endedAt endReason } } } }";
        let lapsed = world.as_person("nps-officer").query(history, json!({ "id": sian })).await.granted();
        let expected = json!([{ "status": "LAPSED", "endedAt": "2017-10-05T09:00:00+00:00", "endReason": null }]);
        assert_eq!(lapsed.data("/referral/placeHistory/nodes"), &expected);
    }

    async fn an_offer_that_lapsed_is_not_accepted_and_a_place_that_nobody_waits_for_can_be_booked(world) {
        let made = cohort(world, json!({ "places": 1 })).await;
        let (owain, rhys) = (referred(world, "M100007").await, referred(world, "M100008").await);
        book(world, "nps-officer", &owain, &made).await.granted();
        join(world, &rhys, &made).await.granted();
        with_place(world, "nps-officer", "giveUpPlace", &owain, json!({ "reason": "Ill." })).await.granted();
        let offered = standing(world, &rhys).await;
        pass(world, 72);
        let input = json!({ "placeId": offered["id"], "version": offered["version"] });
        is_refused(&world.as_person("nps-officer").mutate("acceptOffer", input, PLACE).await, "OFFER_LAPSED");
        assert_eq!(read(world, &made).await["placesLeft"], json!(1));
        let left = "query($id: ID!) { cohorts(filter: { services: [$id], withPlacesLeft: true }) { nodes { id } } }";
        let found = world.as_person("court-officer").query(left, json!({ "id": programme(world).await })).await.granted();
        assert!(found.list("/cohorts/nodes").contains(&json!({ "id": made["id"] })), "{found:?}");
        is_refused(&join(world, &rhys, &made).await, "PLACES_LEFT");
        book(world, "nps-officer", &rhys, &made).await.granted();
        assert_eq!(read(world, &made).await["placesLeft"], json!(0));
    }

    async fn who_waits_for_any_cohort_is_offered_one_to_which_people_come_from_their_ldu(world) {
        let warwick = ldu(world, CRC, "Warwickshire").await;
        let (owain, rhys) = (referred(world, "M100009").await, referred(world, "M100010").await);
        let officer = world.as_person("nps-officer");
        let anywhere = json!({ "referralId": owain });
        is_refused(&officer.mutate("joinWaitingList", anywhere, PLACE).await, "PLACES_LEFT");
        for referral in [&owain, &rhys] {
            let input = json!({ "referralId": referral, "lduId": warwick });
            officer.mutate("joinWaitingList", input, PLACE).await.granted();
        }
        assert_eq!(stand(world, &[&owain, &rhys]).await, ["WAITING", "WAITING"]);
        let far = cohort(world, json!({})).await;
        assert_eq!(far["placesLeft"], json!(8));
        let near = cohort(world, json!({ "places": 1, "lduIds": [warwick] })).await;
        assert_eq!((&near["placesLeft"], &near["waiting"]), (&json!(0), &json!(1)));
        assert_eq!(stand(world, &[&owain, &rhys]).await, ["OFFERED", "WAITING"]);
        let more = json!({ "cohortId": near["id"], "version": near["version"], "places": 2 });
        let changed = world.as_person("crc-group-manager").mutate("changeCohort", more, COHORT).await.granted();
        assert_eq!(stand(world, &[&owain, &rhys]).await, ["OFFERED", "OFFERED"]);
        let version = changed.data("/changeCohort/cohort/version");
        let fewer = json!({ "cohortId": near["id"], "version": version, "places": 1 });
        is_refused(&world.as_person("crc-group-manager").mutate("changeCohort", fewer, COHORT).await, "TOO_FEW_PLACES");
        let both = json!({ "referralId": owain, "cohortId": near["id"], "lduId": warwick });
        is_refused(&officer.mutate("joinWaitingList", both, PLACE).await, "INVALID");
    }

    async fn a_referral_that_ends_leaves_its_place_to_the_next_in_line(world) {
        let made = cohort(world, json!({ "places": 1 })).await;
        let owain = person(world, "M100011", NPS, json!({})).await;
        let sent = crate::referring::submitted(world, &owain, &programme(world).await, json!({})).await;
        book(world, "nps-officer", &sent["id"], &made).await.granted();
        let (rhys, sian) = (referred(world, "M100012").await, referred(world, "M100013").await);
        join(world, &rhys, &made).await.granted();
        join(world, &sian, &made).await.granted();
        let why = json!({ "reason": "NO_CAPACITY", "note": "Not for him." });
        then(world, "crc-group-manager", "declineReferral", &sent, why).await.granted();
        assert_eq!(stand(world, &[&sent["id"], &rhys, &sian]).await, ["none", "OFFERED", "WAITING"]);
        let document = "query($id: ID!) { referral(id: $id) { version } }";
        let version = world.as_person("nps-officer").query(document, json!({ "id": rhys })).await.granted();
        let offered = json!({ "id": rhys, "version": version.data("/referral/version") });
        let taken_back = json!({ "reason": "NEEDS_CHANGED", "note": "Works away." });
        then(world, "nps-officer", "withdrawReferral", &offered, taken_back).await.granted();
        assert_eq!(stand(world, &[&rhys, &sian]).await, ["none", "OFFERED"]);
    }

    async fn a_dated_cohort_takes_nobody_after_its_first_day_and_a_rolling_one_until_its_last(world) {
        let dated = cohort(world, json!({ "places": 1, "firstDay": "2017-10-02" })).await;
        let rolling = cohort(world, json!({ "rolling": true, "firstDay": "2017-01-03", "lastDay": null })).await;
        let (owain, rhys) = (referred(world, "M100014").await, referred(world, "M100015").await);
        book(world, "nps-officer", &owain, &dated).await.granted();
        join(world, &rhys, &dated).await.granted();
        // Over midnight in London, which is an hour before that in UTC.
        world.clock.set("2017-10-02T23:00:00Z".parse().expect("an instant"));
        assert_eq!(stand(world, &[&owain, &rhys]).await, ["BOOKED", "none"]);
        let late = referred(world, "M100016").await;
        is_refused(&book(world, "nps-officer", &late, &dated).await, "CLOSED");
        is_refused(&join(world, &late, &dated).await, "CLOSED");
        // Who waited for a cohort that takes nobody any more is free to seek another place.
        book(world, "nps-officer", &rhys, &rolling).await.granted();
        book(world, "nps-officer", &late, &rolling).await.granted();
        assert_eq!(read(world, &rolling).await["placesLeft"], json!(6));
    }

    async fn a_repeat_of_a_booking_is_answered_as_the_first_was(world) {
        let made = cohort(world, json!({ "places": 1 })).await;
        let somebody = person(world, "M100017", NPS, json!({})).await;
        let input = json!({ "referralId": referral_of(world, &somebody).await, "cohortId": made["id"], "idempotencyKey": "once" });
        let officer = world.as_person("nps-officer");
        let first = officer.mutate("bookPlace", input.clone(), PLACE).await.granted();
        let again = officer.mutate("bookPlace", input, PLACE).await.granted();
        assert_eq!(first.body, again.body);
        assert_eq!(read(world, &made).await["placesLeft"], json!(0));
    }
}
