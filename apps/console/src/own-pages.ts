import { Later } from '@helpdeskly/ui';

// Each is loaded for those alone whom it is for: nothing of the staff's reaches a customer's browser.
export const staffPages = new Later(() => import('./staff/staff-app.js'));
export const portalPages = new Later(() => import('./portal/portal-app.js'));
