// `npm start`: the demonstration. Plain JavaScript, so that it runs before anything is compiled.
require('./prepare.js');
require('./ts.js');
require('./demonstration.ts');
