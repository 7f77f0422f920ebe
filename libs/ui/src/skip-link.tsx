import { Trans } from '@lingui/react/macro';

export function SkipLink() {
  return (
    <a
      href="#content"
      className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2"
    >
      <Trans>Skip to the content</Trans>
    </a>
  );
}
