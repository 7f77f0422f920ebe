import { Badge, Button, Dialog, EmptyState, Listing, Page, pages, Row, SelectField, useTitle } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { mailLanguages } from '../shared/mail-reader.js';
import { TemplateForm } from './template-form.js';

type Template = Schemas['MailTemplateDto'];

const templateLabels: Readonly<Record<Template['name'], MessageDescriptor>> = {
  RECEIVED: msg`We have your mail`,
  REPLY: msg`A reply`,
  CLOSED: msg`Your ticket was closed`,
};

const templatesList = pages(['mail-templates'], async (cursor, signal) => {
  const query = { limit: 100, cursor };
  const page = await unwrap(api.GET('/api/v1/settings/templates', { params: { query }, signal }));
  return { ...page, data: page.data.map((each) => ({ ...each, id: `${each.name}/${each.locale}` })) };
});

/** What stands around replies, and in mails that are sent by themselves, in each language. */
export function TemplatesPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Mail templates`);
  const [locale, choose] = useState<Template['locale']>('en');
  const [edited, edit] = useState<Template>();
  const list = useInfiniteQuery({
    ...templatesList,
    select: ({ pages: read, ...rest }) => ({
      ...rest,
      pages: read.map((page) => ({ ...page, data: page.data.filter((each) => each.locale === locale) })),
    }),
  });
  const names = new Intl.DisplayNames(i18n.locale, { type: 'language' });
  const nameOf = ({ name }: Template) => i18n._(templateLabels[name]);
  return (
    <Page
      title={t`Mail templates`}
      about={<Trans>What stands around replies, and in mails that are sent by themselves.</Trans>}
    >
      <div>
        <SelectField
          label={t`Language`}
          className="w-auto!"
          value={locale}
          onChange={({ target }) => choose(target.value as Template['locale'])}
        >
          {mailLanguages.map((each) => (
            <option key={each} value={each}>
              {names.of(each) ?? each}
            </option>
          ))}
        </SelectField>
      </div>
      <Listing list={list} empty={<EmptyState title={t`No templates in this language`} />}>
        {(template) => {
          const name = nameOf(template);
          return (
            <Row
              title={name}
              details={template.body.split('\n')[0]}
              aside={
                <>
                  {template.isBuiltIn ? null : (
                    <Badge tone="accent">
                      <Trans>Your words</Trans>
                    </Badge>
                  )}
                  <Button small aria-label={t`Edit ${name}`} onClick={() => edit(template)}>
                    <Trans>Edit</Trans>
                  </Button>
                </>
              }
            />
          );
        }}
      </Listing>
      <Dialog
        open={edited !== undefined}
        onClose={() => edit(undefined)}
        title={edited === undefined ? '' : nameOf(edited)}
        closeLabel={t`Close`}
        wide
      >
        {edited === undefined ? null : <TemplateForm template={edited} onDone={() => edit(undefined)} />}
      </Dialog>
    </Page>
  );
}
