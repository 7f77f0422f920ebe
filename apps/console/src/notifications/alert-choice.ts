/** How this browser draws somebody's attention to a notification, beside showing it in the page. */
export type Alert = 'browser' | 'sound';

const place = (alert: Alert) => `alert:${alert}`;

export const wantsAlert = (alert: Alert): boolean => localStorage.getItem(place(alert)) === 'on';

export function chooseAlert(alert: Alert, on: boolean): void {
  if (on) localStorage.setItem(place(alert), 'on');
  else localStorage.removeItem(place(alert));
}

/** A browser shows notifications on secure and loopback origins alone, and some never do. */
export const canShowAlerts = (): boolean => 'Notification' in window && window.isSecureContext;
