import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Failure, Loading, NotFound } from '../ui/states';
import { ApiError, whenSignedOut } from './api';
import { MeContext, mayBeSignedIn, rememberSession, whoAmI } from './session';
import { Shell } from './shell';
import { SignIn } from '../pages/sign-in';

const Home = lazy(() => import('../pages/home'));
const Catalog = lazy(() => import('../pages/catalog'));
const Sql = lazy(() => import('../pages/sql'));
const Statement = lazy(() => import('../pages/statement'));
const Experiments = lazy(() => import('../pages/experiments'));
const Run = lazy(() => import('../pages/run'));
const Models = lazy(() => import('../pages/models'));
const Endpoints = lazy(() => import('../pages/endpoints'));
const Prediction = lazy(() => import('../pages/prediction'));
const Features = lazy(() => import('../pages/features'));
const Tools = lazy(() => import('../pages/tools'));
const Lineage = lazy(() => import('../pages/lineage'));
const Access = lazy(() => import('../pages/access'));
const Audit = lazy(() => import('../pages/audit'));
const System = lazy(() => import('../pages/system'));

export function Application() {
  const [location] = useLocation();
  const [known, setKnown] = useState(mayBeSignedIn);
  const queries = useQueryClient();
  useEffect(
    () =>
      whenSignedOut(() => {
        rememberSession(false);
        queries.clear();
        setKnown(false);
      }),
    [queries],
  );
  const me = useQuery({ queryKey: ['me'], queryFn: whoAmI, enabled: known, staleTime: 60_000 });

  if (location === '/sign-in' || !known || (me.error instanceof ApiError && me.error.problem.status === 401)) {
    return (
      <SignIn
        onDone={() => {
          rememberSession(true);
          queries.clear();
          setKnown(true);
        }}
      />
    );
  }
  if (me.error) {
    return (
      <main className="lone">
        <Failure error={me.error} retry={() => void me.refetch()} />
      </main>
    );
  }
  if (!me.data) {
    return (
      <main className="lone">
        <Loading what="your session" />
      </main>
    );
  }
  return (
    <MeContext value={me.data}>
      <Shell>
        <Suspense fallback={<Loading what="the page" />}>
          <Switch>
            <Route path="/" component={Home} />
            <Route path="/catalog/:name?" component={Catalog} />
            <Route path="/sql" component={Sql} />
            <Route path="/sql/history/:id" component={Statement} />
            <Route path="/experiments/:id?" component={Experiments} />
            <Route path="/runs/:id" component={Run} />
            <Route path="/models/:name?" component={Models} />
            <Route path="/endpoints/:name?" component={Endpoints} />
            <Route path="/predictions/:id" component={Prediction} />
            <Route path="/features/:name?" component={Features} />
            <Route path="/tools" component={Tools} />
            <Route path="/lineage" component={Lineage} />
            <Route path="/access" component={Access} />
            <Route path="/audit" component={Audit} />
            <Route path="/system" component={System} />
            <Route path="/index.html">
              <Redirect to="/" />
            </Route>
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </Shell>
    </MeContext>
  );
}
