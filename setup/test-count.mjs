// A reporter for Node's test runner that writes one number: how many tests ran, the skipped ones not counted.
export default async function* testCount(events) {
  let ran = 0;
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isSuite = data.details.type === 'suite';
    if (!isSuite && data.skip === undefined && data.todo === undefined) ran += 1;
  }
  yield String(ran);
}
