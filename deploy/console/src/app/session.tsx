import { createContext, useContext } from 'react';
import { call, own, path } from './api';

export interface Me {
  id: string;
  userName: string;
  displayName?: string;
  groups?: { display: string }[];
}

export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) {
    throw new Error('asked who is signed in where nobody is');
  }
  return me;
}

export function isAdministrator(me: Me): boolean {
  return (me.groups ?? []).some((group) => group.display === 'admins');
}

export const whoAmI = (): Promise<Me> => call<Me>(path(['api/2.0/preview/scim/v2/Me']));

// The cookie cannot be read here. Whether there may be one is remembered, so that the first visit
// goes to the page for signing in without a refused call.
const HINT = 'boathouse.session';
export const mayBeSignedIn = (): boolean => localStorage.getItem(HINT) === '1';
export const rememberSession = (on: boolean): void =>
  on ? localStorage.setItem(HINT, '1') : localStorage.removeItem(HINT);

export const startSession = (token: string): Promise<unknown> =>
  call(own(['session']), { method: 'POST', token });
export const redeem = (code: string): Promise<unknown> => call(own(['session/redeem']), { body: { code } });
export const endSession = (): Promise<unknown> => call(own(['session/end']), { method: 'POST' });
