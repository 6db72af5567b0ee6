/** The house rules that a linter can see. */
import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Bans for one part of the tree: patterns that it may not import, and why. */
const imports = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns: patterns.map(([group, message]) => ({ group, message })) }],
});

const nodeModules = ['node:*', 'fs', 'path', 'os', 'process', 'child_process', 'crypto', 'module', 'url', 'util'];
const pure = {
  'no-restricted-globals': [
    'error',
    ...['process', 'Date', 'performance', 'setTimeout', 'setInterval', 'fetch', 'Buffer', 'require'].map((name) => ({
      name,
      message: 'compiler/ and grammar/ are pure: only compiler/cli meets the world',
    })),
  ],
  'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'nothing here is random' }],
};

export default tseslint.config(
  { ignores: ['dist', 'runs', 'node_modules', '**/*.nn.ts', '.cache', 'coverage'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    rules: {
      // The compiler of TypeScript sees these better.
      'no-undef': 'off',
      'no-unused-vars': 'off',
      'no-redeclare': 'off',
      'no-dupe-class-members': 'off',
      'no-control-regex': 'off',
      // Published constants are written out in full.
      'no-loss-of-precision': 'off',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'export by name' },
        { selector: 'TSEnumDeclaration', message: 'a union of strings, or a const object' },
        { selector: 'TSParameterProperty', message: 'declare the field' },
        { selector: 'TSNonNullAssertion', message: 'say what happens when it is missing' },
        { selector: 'Program > VariableDeclaration[kind="let"]', message: 'no state in a module' },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-namespace': 'error',
      '@typescript-eslint/no-require-imports': 'error',
    },
  },
  {
    files: ['grammar/**/*.ts'],
    rules: {
      ...pure,
      ...imports(
        [['**/compiler/**', '**/runtime/**', 'nnc', 'nnc/*'], 'the language knows nothing of tensors'],
        [nodeModules, 'grammar/ is pure'],
      ),
    },
  },
  {
    files: ['compiler/**/*.ts'],
    ignores: ['compiler/cli/**'],
    rules: {
      ...pure,
      ...imports(
        [nodeModules, 'only compiler/cli touches files and the terminal'],
        [['**/cli/**'], 'the compiler does not know its command line'],
        [['@tensorflow/*'], 'the compiler runs nothing'],
      ),
    },
  },
  {
    files: ['runtime/**/*.ts'],
    rules: imports([['**/compiler/**', '**/grammar/**', 'nnc'], 'runtime/ never imports compiler/']),
  },
  {
    files: ['vitest.config.ts', 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['vitest.config.ts', 'test/sabotage/**', 'bench/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
