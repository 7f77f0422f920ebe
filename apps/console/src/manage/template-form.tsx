import { Button, Editor, TextArea, textOf, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useRef, useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';

type Template = Schemas['MailTemplateDto'];

const keys = [['mail-templates']] as const;

const examples = '{{ticket.reference}}, {{reader.name}}';
const reply = '{{comment.body}}';

const bodyOf = (form: HTMLFormElement) => ({
  body: textOf(form, 'body'),
  footer: textOf(form, 'footer').trim() === '' ? null : textOf(form, 'footer'),
});

/** Writes one template, shows a mail by it before it is saved, and puts the words back that every helpdesk begins with. */
export function TemplateForm({ template, onDone }: { template: Template; onDone: () => void }) {
  const { t } = useLingui();
  const { name, locale, version, isBuiltIn } = template;
  const path = { name: name.toLowerCase() as Lowercase<Template['name']>, locale };
  const held = { path, header: { 'If-Match': `"${version}"` } };
  const fields = useRef<HTMLDivElement>(null);
  const [shown, show] = useState<Schemas['MailTemplatePreviewDto']>();
  const preview = useWrite(
    (body: Schemas['PreviewMailTemplateDto']) =>
      unwrap(api.POST('/api/v1/settings/templates/{name}/{locale}/preview', { params: { path }, body })),
    { keys: [], onDone: show },
  );
  const putBack = useWrite(() => unwrap(api.DELETE('/api/v1/settings/templates/{name}/{locale}', { params: held })), {
    keys,
    onDone: onDone,
  });
  const look = () => {
    const form = fields.current?.closest('form');
    if (form !== null && form !== undefined) preview.mutate(bodyOf(form));
  };
  return (
    <div className="flex flex-col gap-4">
      <Editor
        read={bodyOf}
        save={(body) => unwrap(api.PUT('/api/v1/settings/templates/{name}/{locale}', { params: held, body }))}
        onSaved={onDone}
        keys={keys}
      >
        {(failure) => (
          <div ref={fields} className="flex flex-col gap-4">
            <TextArea
              label={t`Text`}
              name="body"
              rows={8}
              required
              maxLength={10_000}
              defaultValue={template.body}
              hint={t`Placeholders such as ${examples} are filled in; the reply stands at ${reply}.`}
              error={failure?.of('body')}
            />
            <TextArea
              label={t`Footer`}
              name="footer"
              rows={3}
              maxLength={2000}
              defaultValue={template.footer ?? ''}
              error={failure?.of('footer')}
            />
          </div>
        )}
      </Editor>
      <div className="flex flex-wrap gap-2">
        <Button disabled={preview.isPending} onClick={look}>
          <Trans>Preview</Trans>
        </Button>
        {isBuiltIn ? null : (
          <Button disabled={putBack.isPending} onClick={() => putBack.mutate(undefined)}>
            <Trans>Back to the built-in words</Trans>
          </Button>
        )}
      </div>
      {shown === undefined ? null : (
        <section aria-label={t`Preview`} className="rounded-md border border-line bg-sunken p-3">
          <p className="mb-2 font-medium">{shown.subject}</p>
          <p className="text-sm break-words whitespace-pre-wrap">{shown.text}</p>
        </section>
      )}
    </div>
  );
}
