// `npm start`: the demonstration. Plain JavaScript, so that it runs before anything is compiled.
require('./ts.js');
require('./demonstration.ts');
