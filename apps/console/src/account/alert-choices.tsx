import { CheckField } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { canShowAlerts, chooseAlert, wantsAlert } from '../notifications/alert-choice.js';
import { playSound } from '../notifications/sound.js';

/** How this browser tells of notifications. The browser is asked for its permission only when somebody chooses so. */
export function AlertChoices() {
  const { t } = useLingui();
  const [shows, setShows] = useState(() => wantsAlert('browser') && Notification.permission === 'granted');
  const [sounds, setSounds] = useState(() => wantsAlert('sound'));
  const [isForbidden, forbid] = useState(false);
  const chooseShows = async (on: boolean) => {
    const isAllowed = !on || (await Notification.requestPermission()) === 'granted';
    forbid(!isAllowed);
    chooseAlert('browser', on && isAllowed);
    setShows(on && isAllowed);
  };
  const chooseSounds = (on: boolean) => {
    chooseAlert('sound', on);
    setSounds(on);
    if (on) playSound();
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-muted">
        <Trans>In this browser</Trans>
      </legend>
      <CheckField
        label={t`Show them outside the page`}
        checked={shows}
        disabled={!canShowAlerts()}
        onChange={({ target }) => void chooseShows(target.checked)}
      />
      <CheckField label={t`Play a sound`} checked={sounds} onChange={({ target }) => chooseSounds(target.checked)} />
      <p role="status" className="text-sm text-warn-text">
        {isForbidden ? (
          <Trans>
            The browser does not allow this page to show notifications. Its settings for this page change that.
          </Trans>
        ) : null}
      </p>
    </fieldset>
  );
}
