import { SelectField } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { chooseUndoTime, readUndoTime, type UndoTime, undoTimes } from '../ticket/undo-time.js';

export function UndoChoice() {
  const { t } = useLingui();
  const [time, setTime] = useState(readUndoTime);
  return (
    <SelectField
      label={t`Replies can be taken back`}
      value={time}
      onChange={({ target }) => {
        const next = Number(target.value) as UndoTime;
        chooseUndoTime(next);
        setTime(next);
      }}
    >
      {undoTimes.map((each) => (
        <option key={each} value={each}>
          {each === 0 ? t`No: they leave at once` : t`for ${each} seconds`}
        </option>
      ))}
    </SelectField>
  );
}
