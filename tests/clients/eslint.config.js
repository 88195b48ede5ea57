import graphql from '@graphql-eslint/eslint-plugin';
const schema = new URL('../../schema.graphql', import.meta.url).pathname;
export default [
  {
    files: ['**/schema.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { '@graphql-eslint': graphql },
    rules: { ...graphql.configs['flat/schema-recommended'].rules, ...graphql.configs['flat/schema-relay'].rules },
  },
];
