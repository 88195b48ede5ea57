// What a screen of services and one of a referral ask for, as relay-compiler reads it.

const { graphql } = require('relay-runtime');

const serviceRow = graphql`
  fragment documents_service on Service {
    id
    name
    provider {
      name
    }
  }
`;

const serviceList = graphql`
  fragment documents_services on Query
  @refetchable(queryName: "documentsServicesPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 8 }, cursor: { type: "String" }, text: { type: "String" }) {
    services(first: $count, after: $cursor, text: $text) @connection(key: "documents_services", filters: ["text"]) {
      edges {
        node {
          ...documents_service
        }
      }
    }
  }
`;

const servicesQuery = graphql`
  query documentsServicesQuery($text: String) {
    ...documents_services @arguments(text: $text)
  }
`;

// Refetched by `node(id:)`, which relay-compiler generates because the type implements Node.
const referral = graphql`
  fragment documents_referral on Referral @refetchable(queryName: "documentsReferralRefetchQuery") {
    id
    urgency
    version
    availableActions
  }
`;

const referralQuery = graphql`
  query documentsReferralQuery($id: ID!) {
    referral(id: $id) {
      ...documents_referral
    }
  }
`;

const namesQuery = graphql`
  query documentsNamesQuery($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on Service {
        name
      }
    }
  }
`;

const editMutation = graphql`
  mutation documentsEditMutation($input: EditReferralInput!) {
    editReferral(input: $input) {
      referral {
        ...documents_referral
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`;

const serviceOf = graphql`
  query documentsServiceQuery($id: ID!) {
    service(id: $id) {
      ...documents_service
    }
  }
`;

module.exports = { serviceRow, serviceList, servicesQuery, referral, referralQuery, namesQuery, editMutation, serviceOf };
