/** The outermost frame: who reads, and which page. */

import { TransportProvider } from "@connectrpc/connect-query";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { transport } from "../api/transport";
import { Waiting } from "../design/parts";
import { Toasts } from "../design/Toasts";
import { Broken } from "./Broken";
import { Gate } from "./Gate";
import { queries } from "./queries";
import { Products } from "./Products";
import { ProductFrame } from "./ProductFrame";

const SharedPage = lazy(() => import("../share/SharedPage"));
const ServerPage = lazy(() => import("../admin/ServerPage"));

export function App() {
  return (
    <TransportProvider transport={transport}>
      <QueryClientProvider client={queries}>
        <Broken>
          <Suspense fallback={<Waiting />}>
            <Switch>
              <Route path="/share/:secret" component={SharedPage} />
              <Route>
                <Gate>
                  <Switch>
                    <Route path="/products/:product/*?">{({ product }) => <ProductFrame key={product} product={`products/${product}`} />}</Route>
                    <Route path="/administration/*?" component={ServerPage} />
                    <Route component={Products} />
                  </Switch>
                </Gate>
              </Route>
            </Switch>
          </Suspense>
        </Broken>
        <Toasts />
      </QueryClientProvider>
    </TransportProvider>
  );
}
