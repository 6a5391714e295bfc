import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import java.math.BigDecimal;
import java.time.Instant;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** A deal as an aggregate with its commands and events, as the pages on aggregates have them. */
final class Deal {
    enum Stage { PROSPECTING, ENGAGING, WON, LOST }

    record Open(@TargetAggregateIdentifier String deal, Instant at, String name, String owner, String company,
            String product) {}

    record Engage(@TargetAggregateIdentifier String deal, Instant at) {}

    record Win(@TargetAggregateIdentifier String deal, Instant at, BigDecimal amount) {}

    record Lose(@TargetAggregateIdentifier String deal, Instant at) {}

    record Opened(String deal, Instant at, String name, String owner, String company, String product) {}

    record Engaged(String deal, Instant at) {}

    record Won(String deal, Instant at, BigDecimal amount) {}

    record Lost(String deal, Instant at) {}

    @AggregateIdentifier
    private String id;
    private String name;
    private String owner;
    private String company;
    private String product;
    private BigDecimal amount;
    private Stage stage;
    private Instant changedAt;

    /** For the repository, which then replays the events. */
    Deal() {}

    @CommandHandler
    Deal(Open open) {
        apply(new Opened(open.deal(), open.at(), open.name(), open.owner(), open.company(), open.product()));
    }

    @CommandHandler
    void handle(Engage engage) {
        mustBe(Stage.PROSPECTING);
        apply(new Engaged(id, engage.at()));
    }

    @CommandHandler
    void handle(Win win) {
        mustBe(Stage.ENGAGING);
        apply(new Won(id, win.at(), win.amount()));
    }

    @CommandHandler
    void handle(Lose lose) {
        mustBe(Stage.ENGAGING);
        apply(new Lost(id, lose.at()));
    }

    void mustBe(Stage wanted) {
        if (stage != wanted) {
            throw new IllegalStateException("The deal is " + stage + ", not " + wanted + ".");
        }
    }

    @EventSourcingHandler
    void on(Opened opened) {
        id = opened.deal();
        name = opened.name();
        owner = opened.owner();
        company = opened.company();
        product = opened.product();
        moved(Stage.PROSPECTING, opened.at());
    }

    @EventSourcingHandler
    void on(Engaged engaged) {
        moved(Stage.ENGAGING, engaged.at());
    }

    @EventSourcingHandler
    void on(Won won) {
        amount = won.amount();
        moved(Stage.WON, won.at());
    }

    @EventSourcingHandler
    void on(Lost lost) {
        moved(Stage.LOST, lost.at());
    }

    private void moved(Stage to, Instant at) {
        stage = to;
        changedAt = at;
    }
}
