let context: AudioContext | undefined;

/** Two short notes, made here: there is no file to fetch. Silent until the browser lets the page be heard. */
export function playSound(): void {
  context ??= new AudioContext();
  const { currentTime, destination } = context;
  const volume = context.createGain();
  volume.gain.setValueAtTime(0.12, currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, currentTime + 0.5);
  volume.connect(destination);
  for (const [hertz, begin] of [
    [659, 0],
    [880, 0.12],
  ] as const) {
    const note = context.createOscillator();
    note.frequency.value = hertz;
    note.connect(volume);
    note.start(currentTime + begin);
    note.stop(currentTime + 0.5);
  }
}
