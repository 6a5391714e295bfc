import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.ConnectionWrapperFactory;
import org.axonframework.common.jdbc.JdbcException;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;

/** Transactions of one thread on one connection, as Spring's manager has them: events, rows and tokens share it. */
final class Transactions implements TransactionManager, ConnectionProvider {
    private final DataSource pool;
    private final ThreadLocal<Connection> begun = new ThreadLocal<>();

    Transactions(DataSource pool) {
        this.pool = pool;
    }

    /** The connection of the thread's transaction, which closing leaves open; without one, another of the pool. */
    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = begun.get();
        return connection == null
                ? pool.getConnection()
                : ConnectionWrapperFactory.wrap(connection, new ConnectionWrapperFactory.NoOpCloseHandler());
    }

    @Override
    public Transaction startTransaction() {
        if (begun.get() != null) {
            return new Joined();
        }
        try {
            Connection connection = pool.getConnection();
            connection.setAutoCommit(false);
            begun.set(connection);
            return new Own(connection);
        } catch (SQLException error) {
            throw new JdbcException("No transaction can be started.", error);
        }
    }

    /** Part of one that began outside, which ends it; what fails in here fails there too. */
    private static final class Joined implements Transaction {
        @Override
        public void commit() {}

        @Override
        public void rollback() {}
    }

    private final class Own implements Transaction {
        private final Connection connection;

        Own(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void commit() {
            end(true);
        }

        @Override
        public void rollback() {
            end(false);
        }

        private void end(boolean well) {
            begun.remove();
            try (connection) {
                if (connection.isClosed()) {
                    return;
                }
                if (well) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
            } catch (SQLException error) {
                throw new JdbcException("The transaction cannot be ended.", error);
            }
        }
    }
}
