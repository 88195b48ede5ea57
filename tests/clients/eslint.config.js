// How the schema is written, held against the rules of graphql-eslint: all of its recommended ones for schemas and for
// Relay, but for those that say why not. Run from the root of the repository.

import graphql from '@graphql-eslint/eslint-plugin';

const at = (path) => new URL(path, import.meta.url).pathname;
// One for both: the plugin keeps the first that it is given.
const graphQLConfig = { schema: at('../../schema.graphql'), documents: at('operations/*.graphql') };
const languageOptions = { parser: graphql.parser, parserOptions: { graphQLConfig } };
const plugins = { '@graphql-eslint': graphql };

export default [
  {
    files: ['schema.graphql'],
    languageOptions,
    plugins,
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      // The exporter writes one line where one is enough and a block where not. Clients see no difference.
      '@graphql-eslint/description-style': 'off',
      // `Item.item` and `Question.question` are what the thing is. Another name is not worth breaking clients.
      '@graphql-eslint/no-typename-prefix': 'off',
      // Lists that are a value of their owner (roles, user errors, the venues of a service) are plain lists: they come
      // and go with it as a whole. Rows that grow with time or use are connections (docs/paging.md).
      // And staff, API clients, issuers, revocations, the audit and the readings are no nodes: only the roles of their own
      // fields may read them, which `node`, open to all roles, does not ask for.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          exceptions: {
            suffixes: ['Payload', 'Connection', 'Edge', 'Error', 'Change'],
            // Parts of something, or figures: nothing that could be asked for again.
            types: [
              'AssessedNeed',
              'AttendanceTotals',
              'ClientSecret',
              'CriterionVersion',
              'Demand',
              'Eligibility',
              'ExpectedWait',
              'Holding',
              'Me',
              'Money',
              'OfficerPeriod',
              'PageInfo',
              'PriceAlert',
              'PriceEffect',
              'PricePeriod',
              'PricePreview',
              'PriceUplift',
              'PriceVolume',
              'ReasonWhyNot',
              'Recommendation',
              'Recommendations',
              'RecordedPlace',
              'ReferralPrice',
              'ReportedOutcome',
              'Restriction',
              'ScheduledPlace',
              'ServiceArea',
              'ServiceAvailability',
              'ServiceVenue',
              'SharedPerson',
              'SpendPreview',
              'Statement',
              'StatementFigures',
              'StatementLine',
              'UnmetCriterion',
              'UnmetDemand',
              'UnmetNeed',
              'Volume',
              'WeeklyTime',
              'WhyAvailable',
              'WhyCohort',
              'WhyCost',
              'WhyEligible',
              'WhyNeeds',
              'WhyRarDays',
              'WhyReach',
              'WhyRecommended',
              'WhyTimes',
              'WhyWait',
            ],
          },
        },
      ],
    },
  },
  {
    files: ['tests/clients/operations/*.graphql'],
    languageOptions,
    plugins,
    rules: graphql.configs['flat/operations-recommended'].rules,
  },
];
