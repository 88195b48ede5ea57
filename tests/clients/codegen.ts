import type { CodegenConfig } from '@graphql-codegen/cli';

// How the types are made; docs/typed-clients.md says how to do the same elsewhere.
const types = {
  preset: 'client',
  presetConfig: { fragmentMasking: false },
  config: {
    // How this API writes its scalars in JSON.
    scalars: { Date: 'string', DateTime: 'string', Pence: 'number', JSON: 'unknown' },
    strictScalars: true,
    enumsAsTypes: true,
    useTypeImports: true,
  },
} as const;

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  generates: {
    'typed/gql/': { ...types, documents: ['operations/*.graphql'] },
    // The saved operations of the page to explore. What looks their variables up is read as it comes.
    'typed/examples/': { ...types, documents: ['../../api/src/http/explore/examples/*/!(*.find).graphql'] },
  },
  importExtension: '.ts',
};

export default config;
