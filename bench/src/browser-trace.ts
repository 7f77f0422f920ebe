import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';

/** An event of Chromium's trace: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  /** The process: each page has one, and the browser's own window another. */
  readonly pid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly id2?: { readonly local?: string };
  readonly args?: { readonly frame_reporter?: { readonly state?: string } };
}

interface Frame {
  readonly start: number;
  end: number;
  /** Whether there was something new to show. */
  readonly isDue: boolean;
  readonly isShown: boolean;
}

const categories = ['blink.user_timing', 'cc', 'benchmark', 'disabled-by-default-devtools.timeline.frame'];

/** What Chromium itself recorded while something was done in a page. */
export class BrowserTrace {
  private constructor(private readonly events: readonly TraceEvent[]) {}

  static async during(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<BrowserTrace> {
    await browser.startTracing(page, { categories });
    try {
      await work();
      await sleep(300); // The frame's end comes after the page knows of it.
    } finally {
      const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
      // eslint-disable-next-line no-unsafe-finally -- an error of `work` has no trace to give
      return new BrowserTrace(trace.traceEvents);
    }
  }

  /** Milliseconds from one mark of the page until the frame that was made at another one is on the screen. */
  untilPainted(from: string, mark: string): number {
    const { pid, ts: seen } = this.mark(mark);
    const shown = this.frames(pid).filter(({ end, isShown }) => end >= seen && isShown);
    // A frame that was dropped is shown with the next one.
    const frame = shown.findLast(({ start }) => start <= seen) ?? shown[0];
    if (frame === undefined) throw new Error(`no frame was shown at ${mark}`);
    return (frame.end - this.mark(from).ts) / 1000;
  }

  /** Of the frames of the page that set a mark and should have been shown: the share that was not, 0 to 1. */
  dropped(mark: string): number {
    const { pid, ts } = this.mark(mark);
    const due = this.frames(pid).filter(({ start, isDue }) => start >= ts && isDue);
    return due.filter(({ isShown }) => !isShown).length / due.length;
  }

  private mark(wanted: string): TraceEvent {
    const event = this.events.findLast(({ name }) => name === wanted);
    if (event === undefined) throw new Error(`the trace has no ${wanted}`);
    return event;
  }

  private frames(pid: number): Frame[] {
    const open = new Map<string, Frame>();
    const frames: Frame[] = [];
    for (const { name, ph, ts, id2, args, pid: its } of this.events) {
      const id = id2?.local;
      if (name !== 'PipelineReporter' || id === undefined || its !== pid) continue;
      if (ph === 'b') {
        const state = args?.frame_reporter?.state ?? '';
        const isShown = state.startsWith('STATE_PRESENTED');
        const frame = { start: ts, end: Infinity, isShown, isDue: isShown || state === 'STATE_DROPPED' };
        open.set(id, frame);
        frames.push(frame);
      } else if (ph === 'e') {
        const frame = open.get(id);
        if (frame !== undefined) frame.end = ts;
      }
    }
    return frames;
  }
}
