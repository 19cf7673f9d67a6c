import { squareArea } from './square.ts';

const [shape, ...sides] = process.argv.slice(2);
if (shape === 'square') {
  console.log(squareArea(Number(sides[0])));
} else {
  console.error('usage: main.ts square SIDE');
  process.exitCode = 2;
}
