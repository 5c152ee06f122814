import { DeliveryList } from './delivery-list.tsx';
import { DueFiles } from './due-files.tsx';
import { Invite } from './invite.tsx';
import { Queues } from './queues.tsx';
import { UploadLink } from './upload-link.tsx';

/** What operators look at: due files, deliveries, queues. */
export const Deliveries = () => (
  <>
    <h1>Deliveries</h1>
    <DueFiles />
    <DeliveryList />
    <Queues />
    <UploadLink />
    <Invite />
  </>
);
