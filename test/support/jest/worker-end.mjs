// What a worker does when it has run its last file.
const end = 2; // jest-worker's CHILD_MESSAGE_END.
const works = (globalThis[Symbol.for('helpdeskly.at-workers-end')] ??= []);

/** Does `work` when Jest ends this worker; where Jest runs the tests itself, before the tests' server goes. */
export function atWorkersEnd(work) {
  works.push(work);
  if (process.send === undefined || works.length > 1) return;
  const onMessage = ([type]) => {
    if (type !== end) return;
    process.off('message', onMessage); // Its channel would keep the process.
    void endWorker();
  };
  process.on('message', onMessage);
}

export async function endWorker() {
  for (const work of works.splice(0)) await work();
}
