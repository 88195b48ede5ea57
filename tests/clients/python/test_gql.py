"""The Python client gql for real: questions, pages, acts and errors."""

import uuid

import pytest
from gql import gql
from gql.dsl import DSLQuery, DSLSchema, dsl_gql
from gql.transport.exceptions import TransportQueryError, TransportServerError
from graphql import GraphQLError

ME = gql("{ me { roles person { name } } }")

SERVICES = gql(
    """
    query Services($text: String, $first: Int!, $after: String) {
      services(text: $text, first: $first, after: $after) {
        totalCount
        nodes { id name }
        pageInfo { hasNextPage endCursor }
      }
    }
    """
)

CASES = gql("{ cases(first: 100) { nodes { id sentences { nodes { id } } } } }")

DRAFT = gql(
    """
    mutation Draft($input: DraftReferralInput!) {
      draftReferral(input: $input) {
        referral { id version urgency }
        userErrors { code field message }
      }
    }
    """
)

EDIT = gql(
    """
    mutation Edit($input: EditReferralInput!) {
      editReferral(input: $input) { referral { id version urgency } userErrors { code field message } }
    }
    """
)


def ask(session, document, **variables):
    """Executes a document with these variables."""
    document.variable_values = variables
    return session.execute(document)


def pages(session, size, text=None):
    """Every service, page by page."""
    after = None
    while True:
        page = ask(session, SERVICES, first=size, after=after, text=text)["services"]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def fields(sentence, **more):
    """What a draft says, but for what ``more`` says."""
    return {
        "urgency": "ROUTINE",
        "sentenceId": sentence,
        "rarDays": 5,
        "reason": "Looks for work.",
        "riskSummary": "Calm with staff.",
        "expectedUnits": 4,
        "desiredOutcomes": [{"need": "ETE", "description": "Has work."}],
        **more,
    }


def draft(session):
    """A draft of somebody whom nobody has referred to this service yet, and the sentence that it is for."""
    service = ask(session, SERVICES, text="Employment", first=1)["services"]["nodes"][0]["id"]
    for case in ask(session, CASES)["cases"]["nodes"]:
        for sentence in case["sentences"]["nodes"][:1]:
            given = {"caseId": case["id"], "serviceId": service, "fields": fields(sentence["id"])}
            made = ask(session, DRAFT, input=given)["draftReferral"]
            if made["referral"]:
                return made["referral"], sentence["id"]
            assert [error["code"] for error in made["userErrors"]] == ["DUPLICATE"]
    raise AssertionError("everybody is referred")


def codes(failure):
    """The codes of the errors of an answer."""
    return [error["extensions"]["code"] for error in failure.value.errors]


def test_somebody_asks_who_they_are(client):
    with client("yss-worker") as session:
        me = ask(session, ME)["me"]
    assert me == {"roles": ["PROVIDER_WORKER"], "person": {"name": "Yusuf Shah"}}


def test_the_schema_that_is_fetched_finds_mistakes_before_they_are_sent(client):
    with client("nps-officer") as session, pytest.raises(GraphQLError, match="Cannot query field 'nonsense'"):
        session.execute(gql("{ me { nonsense } }"))


def test_a_question_is_made_from_the_schema(client):
    with client("nps-officer") as session:
        schema = DSLSchema(session.client.schema)
        organisations = schema.Query.organisations(kind="PROVIDER", first=2)
        organisation = schema.OrganisationConnection.nodes.select(schema.Organisation.name)
        found = session.execute(dsl_gql(DSLQuery(organisations.select(organisation))))
    assert len(found["organisations"]["nodes"]) == 2


def test_a_list_is_read_page_by_page_each_row_once(client):
    with client("nps-officer") as session:
        read = list(pages(session, 7))
    assert [len(page["nodes"]) for page in read] == [7, 7, 7, 1]
    assert len({node["id"] for page in read for node in page["nodes"]}) == read[0]["totalCount"] == 22


def test_a_draft_is_made_and_edited(client):
    with client("nps-officer") as session:
        referral, sentence = draft(session)
        given = {"referralId": referral["id"], "version": referral["version"]}
        edited = ask(session, EDIT, input={**given, "fields": fields(sentence, urgency="URGENT")})["editReferral"]
    assert edited["userErrors"] == []
    assert edited["referral"] == {"id": referral["id"], "version": referral["version"] + 1, "urgency": "URGENT"}


def test_a_refusal_by_a_rule_is_data(client):
    with client("nps-officer") as session:
        referral, sentence = draft(session)
        given = {"referralId": referral["id"], "version": referral["version"]}
        edited = ask(session, EDIT, input={**given, "fields": fields(sentence, reason="x" * 10_001)})["editReferral"]
    assert edited["referral"] is None
    assert [(error["code"], error["field"]) for error in edited["userErrors"]] == [("TOO_LONG", ["fields", "reason"])]


def test_a_stale_version_is_a_conflict_and_a_repeat_is_not(client):
    with client("nps-officer") as session:
        referral, sentence = draft(session)
        given = {
            "referralId": referral["id"],
            "version": referral["version"],
            "fields": fields(sentence, reason="Once."),
            "idempotencyKey": str(uuid.uuid4()),
        }
        assert ask(session, EDIT, input=given) == ask(session, EDIT, input=given)
        with pytest.raises(TransportQueryError) as failure:
            ask(session, EDIT, input={**given, "idempotencyKey": str(uuid.uuid4())})
    assert codes(failure) == ["CONFLICT"]
    assert failure.value.errors[0]["path"] == ["editReferral"]


def test_data_beside_errors_is_there(client):
    document = gql('{ me { roles } referral(id: "ref_00000000000000000000000000") { id } }')
    with client("nps-officer") as session, pytest.raises(TransportQueryError) as failure:
        session.execute(document)
    assert codes(failure) == ["NOT_FOUND"]
    assert failure.value.data == {"me": {"roles": ["RESPONSIBLE_OFFICER"]}, "referral": None}


def test_a_token_that_proves_nothing_is_401(client):
    with client("nps-officer", bearer="nonsense", fetch_schema=False) as session:
        with pytest.raises((TransportQueryError, TransportServerError)) as failure:
            ask(session, ME)
    code = getattr(failure.value, "code", None)
    assert code == 401 or codes(failure) == ["UNAUTHENTICATED"]


def test_what_the_roles_do_not_grant_is_forbidden(client):
    with client("yss-worker") as session, pytest.raises(TransportQueryError) as failure:
        session.execute(gql("{ auditEvents(first: 1) { totalCount } }"))
    assert codes(failure) == ["FORBIDDEN"]
