import Table from 'cli-table3';
import { listPageFigures } from './simulator-list-page.ts';

/** Every figure that is measured; each is a ratio within one run, so that the machine does not matter. */
const figures = [...listPageFigures];

const table = new Table({ head: ['figure', 'is', 'measured', 'limit', ''], style: { head: [], border: [] } });
let over = 0;
for (const { name, is, limit, measure } of figures) {
  const measured = await measure();
  const fits = measured <= limit;
  if (!fits) over += 1;
  table.push([name, is, measured.toFixed(2), limit.toFixed(2), fits ? 'ok' : 'TOO MUCH']);
}
process.stdout.write(`${table.toString()}\n`);
process.exitCode = over === 0 ? 0 : 1;
