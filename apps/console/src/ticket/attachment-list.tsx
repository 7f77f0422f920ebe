import { notify, sentenceOf } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { Paperclip } from 'lucide-react';
import { api, type Schemas, unwrap } from '../api/client.js';

type Attachment = Schemas['AttachmentDto'];

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function sizeOf(bytes: number, locale: string): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step],
    unitDisplay: 'narrow',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
}

/** A comment's files; each is fetched by an address that is good for a short time. */
export function AttachmentList({ attachments }: { attachments: readonly Attachment[] }) {
  const { t, i18n } = useLingui();
  if (attachments.length === 0) return null;
  const open = (id: string) => {
    unwrap(api.POST('/api/v1/attachments/{id}/download-url', { params: { path: { id } } }))
      .then(({ url }) => {
        const link = document.createElement('a');
        link.href = url;
        link.download = '';
        link.click();
      })
      .catch((error: unknown) => notify({ tone: 'danger', text: sentenceOf(error) }));
  };
  return (
    <ul aria-label={t`Files`} className="mt-3 flex flex-wrap gap-2">
      {attachments.map(({ id, fileName, size }) => (
        <li key={id}>
          <button
            type="button"
            onClick={() => open(id)}
            className="inline-flex min-h-8 max-w-72 cursor-pointer items-center gap-1.5 rounded-md border border-line bg-raised px-2 text-xs hover:bg-sunken"
          >
            <Paperclip size={13} aria-hidden className="text-muted" />
            <span className="truncate font-medium">{fileName}</span>
            <span className="text-muted">{sizeOf(size, i18n.locale)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
