import type { CodegenConfig } from '@graphql-codegen/cli';

// How the types are made; docs/typed-clients.md says how to do the same elsewhere.
const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: ['operations/*.graphql'],
  generates: {
    'typed/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // How this API writes its scalars in JSON.
        scalars: { Date: 'string', DateTime: 'string', Pence: 'number', JSON: 'unknown' },
        strictScalars: true,
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
  },
  importExtension: '.ts',
};

export default config;
