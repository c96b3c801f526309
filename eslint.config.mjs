import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'coverage/', 'node_modules/', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-namespace': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  { files: ['test/**/*.ts'], rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' } },
  {
    files: ['lib/cli/**/*.ts', 'lib/fidelity/*-main.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // What exists once a process may do so; api/ is such.
    files: ['lib/orchestrator/**/*.ts'],
    ignores: ['lib/orchestrator/api/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "AssignmentExpression[left.type='MemberExpression'][right.type=/Function/]",
          message:
            'V8 puts a function that is written into a property where it is made among the old ' +
            'objects; there it keeps its whole cluster alive until a full collection, and a run ' +
            'of many clusters takes a fifth longer. Give it a name first, or use a method.',
        },
      ],
    },
  },
);
