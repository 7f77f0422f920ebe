/**
 * Loaded before a process's own program, with `--expose-gc` and an IPC channel: to any message it answers the bytes of memory that the
 * process keeps after its garbage was collected.
 */
const { gc } = globalThis;
if (gc === undefined) throw new Error('memory-answers needs --expose-gc');

process.on('message', () => {
  gc();
  // What was only referred to by closed handles is free in the next turn.
  setImmediate(() => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.(heapUsed + external);
  });
});
process.channel?.unref(); // It does not keep the process.
