// Lets Node run the project's TypeScript as it is, without type checks (`npm run types` does those).
process.env.TS_NODE_TRANSPILE_ONLY ??= 'true';
require('ts-node/register');
