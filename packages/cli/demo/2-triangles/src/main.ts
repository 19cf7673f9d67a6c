import { squareArea } from './square.ts';
import { triangleKind } from './triangle.ts';

const [shape, ...words] = process.argv.slice(2);
const sides = words.map(Number);
if (shape === 'square') {
  console.log(squareArea(sides[0]));
} else if (shape === 'triangle') {
  console.log(triangleKind(sides[0], sides[1], sides[2]));
} else {
  console.error('usage: main.ts square SIDE | triangle SIDE SIDE SIDE');
  process.exitCode = 2;
}
