/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { transpilation: true, diagnostics: false }] },
  setupFilesAfterEnv: ['<rootDir>/lib/testing/jest.ts'],
  moduleNameMapper: {
    '^cdk8s-drydock$': '<rootDir>/lib/index.ts',
    '^cdk8s-drydock/(testing|validation)$': '<rootDir>/lib/$1/index.ts',
    '^cdk8s-drydock/(jest|jest-globals)$': '<rootDir>/lib/testing/$1.ts',
  },
};
