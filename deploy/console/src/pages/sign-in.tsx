import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { call, own } from '../app/api';
import { redeem, rememberSession, startSession } from '../app/session';
import { Failure, Loading } from '../ui/states';

/** The code of a link that the launcher printed; taken out of the address at once. */
function takeCode(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code) {
    history.replaceState(null, '', location.pathname);
  }
  return code;
}

export function SignIn({ onDone }: { onDone: () => void }) {
  const [here, navigate] = useLocation();
  const [token, setToken] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const code = useRef<string | null | undefined>(undefined);
  const providers = useQuery({
    queryKey: ['providers'],
    queryFn: () => call<{ providers: string[] }>(own(['session/providers'])),
  });

  const enter = async (by: Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await by;
      if (here === '/sign-in') {
        navigate('/', { replace: true });
      }
      onDone();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };

  useEffect(() => {
    if (code.current === undefined) {
      code.current = takeCode();
      if (code.current) {
        void enter(redeem(code.current));
      }
    }
  });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void enter(startSession(token.trim()));
  };

  return (
    <main className="sign-in">
      <title>Sign in · Boathouse</title>
      <div className="section">
        <div className="brand">
          <img src="/console/favicon.svg" alt="" width="32" height="32" />
          <h1>Boathouse</h1>
        </div>
        {error ? <Failure error={error} /> : null}
        {busy && token === '' ? <Loading what="your session" /> : null}
        {(providers.data?.providers ?? []).map((provider) => (
          <a key={provider} className="button first" href={`/login/${encodeURIComponent(provider)}`} onClick={() => rememberSession(true)}>
            Sign in with {provider}
          </a>
        ))}
        <form className="form" onSubmit={submit}>
          <label className="field">
            <span>Token</span>
            <input className="input" type="password" autoComplete="off" spellCheck={false} required value={token} onChange={(event) => setToken(event.target.value)} />
          </label>
          <button type="submit" className="button first" disabled={busy}>
            Sign in
          </button>
        </form>
        <p className="small">
          On the server’s machine, <code>deploy/boathouse open</code> prints a link that signs you in once. The administrator’s token is in the file{' '}
          <code>token</code> of the data directory; an administrator makes tokens for others.
        </p>
      </div>
    </main>
  );
}
