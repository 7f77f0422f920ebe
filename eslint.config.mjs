import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import fileName from './scripts/eslint/file-name.mjs';
import sqlCase from './scripts/eslint/sql-case.mjs';

/** What is put together while running is seen by none of the rules about expressions. */
const writtenRegExp = {
  selector: ':matches(NewExpression, CallExpression)[callee.name="RegExp"]',
  message: 'Write a literal: the check for linear time sees no other.',
};
const fewDependencies = {
  selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>4]',
  message: 'A constructor takes four parameters at most: look for the noun that wants out.',
};
const ticketsWrittenInCore = [
  {
    selector: 'TemplateElement[value.raw=/(?:UPDATE|INTO|DELETE FROM) "Ticket(?:Event)?"/]',
    message: 'Only ticket-core writes tickets and their events: use TicketWrites.',
  },
  {
    selector:
      'CallExpression[callee.object.property.name=/^ticket(?:Event)?$/][callee.property.name=/^(?:create|update|upsert|delete)/]',
    message: 'Only ticket-core writes tickets and their events: use TicketWrites.',
  },
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/generated/', '**/node_modules/', '.cache/', '**/.tmp/', '**/.build/', '.helpdeskly/'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    // A regular expression takes time that grows with its text and no faster: the text may be a client's.
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
    },
  },
  {
    languageOptions: { parserOptions: { project: ['./tsconfig.test.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off', // Decorator metadata needs value imports.
      '@typescript-eslint/no-extraneous-class': 'off', // Nest's modules are classes without members.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-this-alias': ['error', { allowedNames: ['governor', 'catalog', 'factory'] }], // prom-client calls `collect` with its own `this`.
      eqeqeq: 'error',
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'node:process', message: 'Only libs/config reads the environment.' }] },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only libs/config reads the environment.' },
      ],
    },
  },
  {
    plugins: { helpdeskly: { rules: { 'file-name': fileName, 'sql-case': sqlCase } } },
    rules: { 'helpdeskly/file-name': 'error', 'helpdeskly/sql-case': 'error' },
  },
  {
    // Their subject is SQL as others write it.
    files: [
      'libs/migrator/src/*.spec.ts',
      'libs/migrator/test/indexes.test.ts',
      'libs/telemetry/src/statement.spec.ts',
    ],
    rules: { 'helpdeskly/sql-case': 'off' },
  },
  { rules: { 'max-lines': ['error', { max: 300 }] } },
  {
    files: ['apps/**', 'libs/**', 'bench/**'],
    ignores: ['**/test/**'],
    rules: { 'no-restricted-syntax': ['error', fewDependencies, writtenRegExp] },
  },
  {
    files: ['apps/app-api/src/**'],
    ignores: ['apps/app-api/src/ticket-core/**'],
    rules: { 'no-restricted-syntax': ['error', fewDependencies, writtenRegExp, ...ticketsWrittenInCore] },
  },
  {
    // Tests read answers of every form, and set the scene by the environment.
    files: ['**/test/**', '**/*.spec.ts'],
    rules: {
      'max-lines': ['error', { max: 525 }], // One feature's facts may be read in one place.
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Pages in a browser; their types are their own. A component waits for nothing, and says what it shows in one place.
    files: ['apps/console/src/**', 'apps/operator-console/src/**', 'libs/ui/src/**'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    languageOptions: {
      parserOptions: {
        project: ['./apps/console/tsconfig.json', './apps/operator-console/tsconfig.json', './libs/ui/tsconfig.json'],
      },
    },
    rules: {
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // React's compiler is not used, and a drawer that closes when the page changes is worth one more rendering.
      'react-hooks/incompatible-library': 'off',
      'react-hooks/set-state-in-effect': 'off',
    },
  },
  { files: ['libs/config/**', 'bench/**'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        crypto: 'readonly',
        fetch: 'readonly',
        WebAssembly: 'readonly',
        module: 'writable',
        globalThis: 'readonly',
      },
    },
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { require: 'readonly', __filename: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
