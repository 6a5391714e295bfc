import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.JdbcException;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/** The table `deals`: a handler for each event, whose rows are written together at the end of a batch, as the makers'
 *  article on replays advises, and are committed with its token. */
@ProcessingGroup(DealsProjection.NAME)
final class DealsProjection {
    static final String NAME = "deals";
    private static final String CREATE_TABLE = """
            CREATE TABLE IF NOT EXISTS deals (id text PRIMARY KEY, name text NOT NULL, owner text NOT NULL,
            company text NOT NULL, product text NOT NULL, amount numeric, stage text NOT NULL, version bigint NOT NULL,
            recorded_at timestamptz NOT NULL, projected_at timestamptz NOT NULL)""";
    private static final String INSERT =
            "INSERT INTO deals VALUES (?, ?, ?, ?, ?, NULL, 'PROSPECTING', 1, ?, clock_timestamp())";
    private static final String UPDATE = """
            UPDATE deals SET stage = ?, amount = coalesce(?, amount), version = ?, recorded_at = ?,
            projected_at = clock_timestamp() WHERE id = ?""";

    private record Rows(List<Object[]> inserts, List<Object[]> updates) {}

    private final ConnectionProvider connections;

    DealsProjection(ConnectionProvider connections) {
        this.connections = connections;
    }

    void createTable() throws SQLException {
        try (Connection connection = connections.getConnection();
                PreparedStatement statement = connection.prepareStatement(CREATE_TABLE)) {
            statement.execute();
        }
    }

    @EventHandler
    void on(Deal.Opened opened, @Timestamp Instant recordedAt) {
        rows().inserts().add(new Object[] {opened.deal(), opened.name(), opened.owner(), opened.company(),
            opened.product(), recordedAt.atOffset(ZoneOffset.UTC)});
    }

    @EventHandler
    void on(Deal.Engaged engaged, @SequenceNumber long number, @Timestamp Instant recordedAt) {
        move(engaged.deal(), "ENGAGING", null, number, recordedAt);
    }

    @EventHandler
    void on(Deal.Won won, @SequenceNumber long number, @Timestamp Instant recordedAt) {
        move(won.deal(), "WON", won.amount(), number, recordedAt);
    }

    @EventHandler
    void on(Deal.Lost lost, @SequenceNumber long number, @Timestamp Instant recordedAt) {
        move(lost.deal(), "LOST", null, number, recordedAt);
    }

    /** Axon counts the events of an aggregate from 0. */
    private void move(String deal, String stage, BigDecimal amount, long number, Instant recordedAt) {
        rows().updates().add(
                new Object[] {stage, amount, number + 1, recordedAt.atOffset(ZoneOffset.UTC), deal});
    }

    /** The rows of this batch of events; they are written at its end. */
    private Rows rows() {
        UnitOfWork<?> batch = CurrentUnitOfWork.get();
        return batch.getOrComputeResource(NAME, name -> {
            Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
            batch.onPrepareCommit(unit -> write(rows));
            return rows;
        });
    }

    /** Inserts come first: every update of a deal is after its insert, among themselves they stay in order. */
    private void write(Rows rows) {
        try (Connection connection = connections.getConnection()) {
            write(connection, INSERT, rows.inserts());
            write(connection, UPDATE, rows.updates());
        } catch (SQLException error) {
            throw new JdbcException("The rows cannot be written.", error);
        }
    }

    private static void write(Connection connection, String sql, List<Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Object[] row : rows) {
                for (int index = 0; index < row.length; index++) {
                    statement.setObject(index + 1, row[index]);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
