import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './plot.css';

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
  /** The custom property that has its colour. */
  readonly colour: '--accent' | '--good-text';
}

interface PlotProps {
  readonly kind: 'bars' | 'lines';
  /** What stands below each value. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
}

const height = 220;

/** A picture of figures that stand in a table beside it: nothing that only eyes can reach, so it is hidden from screen readers. */
export function Plot({ kind, labels, series }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      const data: uPlot.AlignedData = [labels.map((_, at) => at), ...series.map(({ values }) => [...values])];
      plot = new uPlot(optionsOf(kind, labels, series, element), data, element);
    };
    draw();
    const sizes = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height }));
    sizes.observe(element);
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      plot?.destroy();
    };
  }, [kind, labels, series]);
  return <div ref={frame} aria-hidden className="w-full min-w-0 overflow-hidden" style={{ minHeight: height }} />;
}

/** A canvas takes no custom properties: their values are read from the page. */
function optionsOf(
  kind: PlotProps['kind'],
  labels: readonly string[],
  series: readonly Series[],
  element: HTMLElement,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  // The words below a bar stand on two lines: it is seldom as wide as they are.
  const labelAt = (at: number) =>
    kind === 'bars' ? (labels[at] ?? '').replace(/ (?=\S+$)/, '\n') : (labels[at] ?? '');
  return {
    width: element.clientWidth,
    height,
    legend: { show: series.length > 1, live: false },
    cursor: { show: kind === 'lines', drag: { x: false, y: false }, y: false },
    scales: {
      x: { time: false, ...(kind === 'bars' ? { range: [-0.6, labels.length - 0.4] } : {}) },
      y: { range: (_, __, most) => [0, Math.max(4, Math.ceil(most * 1.1))] },
    },
    axes: [
      {
        ...axis,
        size: 44,
        grid: { show: false },
        incrs: [1, 2, 5, 7, 14, 28, 56],
        values: (_, places) => places.map((place) => (Number.isInteger(place) ? labelAt(place) : '')),
      },
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000], size: 44 },
    ],
    series: [
      {},
      ...series.map(({ name, colour: property }): uPlot.Series => {
        const stroke = colour(property);
        const bars = uPlot.paths.bars?.({ size: [0.6, 72] });
        return kind === 'bars' && bars !== undefined
          ? { label: name, stroke, fill: stroke, paths: bars, points: { show: false } }
          : { label: name, stroke, width: 2, points: { show: false } };
      }),
    ],
  };
}
