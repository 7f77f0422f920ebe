interface ProgressBarProps {
  /** What is counted; screen readers say it. */
  readonly label: string;
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

/** How much of some work is over, and how much of that has failed. */
export function ProgressBar({ label, done, failed, total }: ProgressBarProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done + failed}
      className="h-3 overflow-hidden rounded-full bg-sunken"
    >
      {/* The policy of the pages forbids style attributes, SVG's own attributes it does not. */}
      <svg viewBox={`0 0 ${Math.max(1, total)} 1`} preserveAspectRatio="none" className="block h-full w-full">
        <rect width={done} height={1} className="fill-accent" />
        <rect x={done} width={failed} height={1} className="fill-danger" />
      </svg>
    </div>
  );
}
