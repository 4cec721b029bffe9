"""Where dealers are kept."""

from chassis.documents import Documents

from headquarters.domain.dealer import Dealer

DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id)
